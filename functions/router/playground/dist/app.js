var y,Cn,Tt,oe,Ot,tt,Mn,Qe,En,At,Pt,kr,De=Symbol.for("pv"),nt={},ot=[],xr=/^m(i|n|o|s|text|space)$/,Nt=Array.isArray,Dt=ot.
slice,fe=Object.assign;function ce(e){e&&e.parentNode&&e.remove()}function rt(e,t,n){var o,i,r,a={},l=arguments.length;for(r in t)
r=="key"?o=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?Dt.call(arguments,2):n),Ne(e,
a,o,i,null)}function Ne(e,t,n,o,i){var r={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:De,__v:i||
++Cn,__i:-1,__u:0};return!i&&y.vnode&&y.vnode(r),r}function de(e){return e.children}function _e(e,t){this.props=e,this.context=t,this.__g=0}function re(e,t){if(t==null)return e.
__&&re(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||
e.props.__P?null:re(e)}function Sr(e){var t,n=e.__v,o=n.__e,i=[],r=[],a=e.__P;a&&((t=fe({constructor:De},n)).__v=n.__v+1,
y.vnode&&y.vnode(t),Lt(a,t,n,e.__n,a.namespaceURI,32&n.__u?[o]:null,i,o||re(n),32&n.__u,r),t.__v=n.__v,t.__.__k[t.__i]=t,
Dn(i,t,r),n.__=n.__e=null,t.__e!=o&&On(t))}function On(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),On(e)}function xn(e){(8&e.__g||(e.__g|=8,oe.push(e),tt++))&&Ot==y.debounceRendering||
((Ot=y.debounceRendering)||queueMicrotask)(Pn)}function Pn(){try{for(var e,t=1;oe.length;)oe.length>t&&oe.sort(Mn),e=oe.
shift(),t=oe.length,8&e.__g&&Sr(e)}finally{(tt=oe.length)&&(Ot||queueMicrotask)(Pn)}}function Tn(e,t,n,o,i,r,a,l,d,p,u){
var m,h,f,v,O,b,k=o.__k||ot,g=t.length;for(d=Cr(n,t,k,d,g),m=0;m<g;m++)(f=n.__k[m])!=null&&(h=~f.__i&&k[f.__i]||nt,f.__i=
m,b=Lt(e,f,h,i,r,a,l,d,p,u),v=f.__e,(h.ref!=f.ref||8&h.__u)&&(h.ref&&jt(h.ref,null,f,h),f.ref&&u.push(f.ref,f.__c||v,f)),
O=O||v,4&f.__u?(d=An(f,d,e,!h.__v),h.__e&&(h.__e=null)):typeof f.type=="function"&&b!==void 0?d=b:v&&(d=v.nextSibling),f.
__u&=-21);return n.__e=O,d}function Cr(e,t,n,o,i){var r,a,l,d,p,u,m,h,f,v=n.length,O=v,b=0,k=0,g=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=g[r]=Ne(null,
a):Nt(a)?a=g[r]=Ne(de,{children:a}):a.constructor===De&&a.__b?a=g[r]=Ne(a.type,a.props,a.key,a.ref,a.__v):g[r]=a,d=r+b,a.
__=e,a.__b=e.__b+1,l=null,~(p=a.__i=Mr(a,n,d,O))&&(O--,(l=n[p])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,p==d-1?b--:p==d+1?b++:p!=
d&&(p>d?b--:b++,k=1)):(~p||(i>v?b--:i<v&&b++),typeof a.type!="function"&&(a.__u|=4))):g[r]=null;if(k){for(u=[],m=[],r=0;r<
i;r++)if((a=g[r])&&16&a.__u){for(b=0,h=u.length;b<h;)u[f=b+h>>1]<a.__i?b=f+1:h=f;u[b]=a.__i,m[r]=b+1}for(b=u.length;r--;)
m[r]&&(m[r]==b?b--:g[r].__u|=4)}if(O)for(r=0;r<v;r++)!(l=n[r])||2&l.__u||(l.__e==o&&(o=re(l)),Ut(l,l));return o}function An(e,t,n,o){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=An(
i[r],t,n,!1));return t}for(t&&!t.parentNode&&(t=re(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!o&&n.moveBefore&&a.parentNode?n.moveBefore(a,t):n.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Mr(e,t,n,o){var i,r=e.key,a=e.type,l=t[n],d=l&&!(2&l.__u);if(l===null&&r==null||d&&r==l.key&&a==l.type)return n;
if(o>(d?1:0)){for(i=n-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=n+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function Sn(e,t,n){n==null&&(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}
function Ye(e,t,n,o,i){var r,a;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Sn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Sn(e.style,t,n[t])}else if(t[0]=="o"&&
t[1]=="n")typeof n!="function"&&(n=null),typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(a=Pt[t]||(Pt[t]=
Er(t)),(e.__a||(e.__a={}))[t]=At,r=t!=(t=t.replace(En,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),n?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function Er(e){return function(t){var n=this.
__e;if(n){if(n=n[e],t[Qe]==null)t[Qe]=At++;else if(t[Qe]<this.__a[e])return;return n(y.event?y.event(t):t)}}}function Lt(e,t,n,o,i,r,a,l,d,p){
var u,m,h,f,v,O,b,k,g,P,S,Et,wn,Ze,le,kn,ne,ue,Z=t.type;if(t.constructor!==De)return null;128&n.__u&&(d=32&n.__u,u=n.__c.
__z)&&(t.__u|=d,m=r=[],u.nodeType==8?l=et(u,r):r.push(u),l=r[0]||l),(u=y.__b)&&u(t);e:if(typeof Z=="function"){h=a.length;
try{if(k=t.props,g=(u=Z.prototype)&&u.render,P=(u=Z.contextType)&&o[u.__c],S=u?P?P.props.value:u.__:o,(f=n.__c)?(t.__c=f,
2&f.__g&&(f.__g|=1)):(g?t.__c=f=new Z(k,S):(t.__c=f=new _e(k,S),f.constructor=Z,f.render=Pr),P&&P.sub(f),f.state||(f.state=
{}),f.__n=o,f.__g|=8,f.__h=[],f.__k=[]),g&&(f.__s||(f.__s=f.state),Z.getDerivedStateFromProps&&(f.__s==f.state&&(f.__s=fe(
{},f.__s)),fe(f.__s,Z.getDerivedStateFromProps(k,f.__s)))),v=f.props,O=f.state,f.__v=t,n.__c){if(k!==v&&g&&!Z.getDerivedStateFromProps&&
f.componentWillReceiveProps&&f.componentWillReceiveProps(k,S),t.__v==n.__v&&!(8&f.__g)||!(4&f.__g)&&f.shouldComponentUpdate&&
f.shouldComponentUpdate(k,f.__s,S)===!1){t.__v!=n.__v&&(f.props=k,f.state=f.__s,f.__g&=-9),t.__e=n.__e,t.__k=n.__k,t.__k.
some(function(B){B&&(B.__=t)}),ot.push.apply(f.__h,f.__k),f.__k=[],f.__h.length&&a.push(f),l=re(n);break e}f.componentWillUpdate&&
f.componentWillUpdate(k,f.__s,S),g&&f.componentDidUpdate&&f.__h.push(function(){f.componentDidUpdate(v,O,b)})}else g&&!Z.
getDerivedStateFromProps&&f.componentWillMount&&f.componentWillMount(),g&&f.componentDidMount&&f.__h.push(f.componentDidMount);
f.context=S,f.props=k,f.__P=e,f.__g&=-5,Et=y.__r,wn=g?25:0;do f.__g&=-9,Et&&Et(t),u=f.render(f.props,f.state=f.__s,f.context);while(8&
f.__g&&++wn<25);g&&(ot.push.apply(f.__h,f.__k),f.__k=[]),f.state=f.__s,f.getChildContext&&(o=fe({},o,f.getChildContext())),
g&&n.__c&&f.getSnapshotBeforeUpdate&&(b=f.getSnapshotBeforeUpdate(v,O)),Ze=u&&u.type===de&&u.key==null?u.props.children:
u,k.__P&&(u=l,i=(e=k.__P).namespaceURI,d=r=null,n.props&&n.props.__P!=e&&(n.__k.some(function(B){B&&Ut(B,B)}),n.__k=null),
l=n.__k?re(n,0):null),l=Tn(e,Nt(Ze)?Ze:[Ze],t,n,o,i,r,a,l,d,p),k.__P&&(t.__e=null,l=u),t.__u&=-161,m&&m.some(ce),f.__h.length&&
a.push(f),1&f.__g&&(f.__g&=-4)}catch(B){if(a.length=h,t.__v=null,d||r)if(B&&B.then){if(t.__u|=128|d,r){for(~(ne=r.indexOf(
l||void 0))||(ne=r.length);(ue=r[ne-1])&&ue.nodeType==8;)ne--;for(;ne<r.length;ne++)if(ue=r[ne])if(r[ne]=null,le){if(ue==
kn)break}else{if(ue.nodeType!=8)break;ue.data.startsWith("$s")&&(kn=et(le=ue))}}if(!le){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;le=l}(u=et(le=t.__c.__z||(t.__c.__z=le)))?(t.__e=le,l=u):t.__e=l,l=l&&l.nextSibling}else r&&r.some(ce);else
t.__e=n.__e;t.__k||(t.__k=n.__k||[]),B&&B.then||Nn(t),y.__e(B,t,n)}}else l=t.__e=Or(n.__e,t,n,o,i,r,a,d,p,e);return(u=y.
diffed)&&u(t),l}function et(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(e)}}function Nn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(Nn))}function Dn(e,t,n){for(var o=0;o<n.length;)jt(n[o++],n[o++],n[o++]);y.__c&&y.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){y.__e(r,i.__v)}})}function Or(e,t,n,o,i,r,a,l,d,p){
var u,m,h,f,v,O,b,k,g=n.props||nt,P=t.props,S=t.type;if(S=="svg"?i="http://www.w3.org/2000/svg":S=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(u=0;u<r.length;u++)if((v=r[u])&&(S?v.localName==S:
v.nodeType==3)){e=v,r[u]=null;break}}if(!e){if(k=p.ownerDocument||document,!S)return k.createTextNode(P);e=k.createElementNS(
i,S,P.is?P:p),l&&(y.__m&&y.__m(t,r),l=!1),r=null}if(S){if(p=S=="template"&&e.content||e,r=S=="textarea"&&P.defaultValue!=
null?null:r&&Dt.call(p.childNodes),!l&&r)for(g={},u=0;u<e.attributes.length;u++)g[(v=e.attributes[u]).name]=v.value;for(u in g)
v=g[u],u=="dangerouslySetInnerHTML"?h=v:u=="children"||u in P||u=="value"&&"defaultValue"in P||u=="checked"&&"defaultChe\
cked"in P||Ye(e,u,null,v,i);for(u in P)v=P[u],u=="children"?f=v:u=="dangerouslySetInnerHTML"?m=v:u=="value"?O=v:u=="chec\
ked"?b=v:l&&typeof v!="function"||g[u]===v||Ye(e,u,v,g[u],i);m?(l||h&&(m.__html==h.__html||m.__html==e.innerHTML)||(e.innerHTML=
m.__html),t.__k=[]):(h&&(e.textContent=""),(S=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&xr.test(S))&&(i=
"http://www.w3.org/1999/xhtml"),Tn(p,Nt(f)?f:[f],t,n,o,i,r,a,r?r[0]:n.__k&&re(n,0),l,d),r&&r.some(ce)),l&&S!="textarea"||
(u="value",S=="progress"&&O==null?e.removeAttribute(u):O==null||O===e[u]&&(S!="progress"||O)||Ye(e,u,O,g[u],i),u="checke\
d",b!=null&&b!=e[u]&&Ye(e,u,b,g[u],i))}else g===P||l&&e.data==P||(e.data=P);return e}function jt(e,t,n,o){try{typeof e==
"function"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
y.__e(i,n)}}function Ut(e,t,n){var o,i,r,a;if(y.unmount&&y.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||jt(o,null,
t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){y.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(a=
0;a<o.length;a++)o[a]&&Ut(o[a],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(i=et(o,r=[]))&&(o==
e.__e&&r.some(ce),ce(i),ce(o)),n||ce(e.__e),e.__e=e.__c=e.__=null}function Pr(e,t,n){return this.constructor(e,n)}function Ln(e,t){
var n,o,i,r;y.__&&y.__(e,t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=Ne(de,{children:[e]}),
i=[],r=[],Lt(t,t.__k,o||nt,nt,t.namespaceURI,o?null:t.firstChild?Dt.call(t.childNodes):null,i,o?o.__e:t.firstChild,n,r),
Dn(i,t.__k,r),t.__k.props.children=null}y={__e:function(e,t,n,o){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,o||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw tt=0,e}},Cn=0,Tt=function(e){return e!=null&&e.constructor===De},_e.prototype.setState=function(e,t){
var n=this.__s;n&&n!=this.state||(n=this.__s=fe({},this.state)),typeof e=="function"&&(e=e(fe({},n),this.props)),e&&(fe(
n,e),this.__v&&(t&&this.__k.push(t),xn(this)))},_e.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),xn(this))},_e.prototype.render=de,oe=[],tt=0,Mn=function(e,t){return e.__v.__b-t.__v.__b},Qe=Symbol(),En=/(PointerCapture)$|Capture$/i,
At=0,Pt={},kr=0;var je,M,Rt,jn,It=Object.is,it=0,Wn=[],zt=[],C=y,Un=C.__b,Rn=C.__r,In=C.diffed,zn=C.__c,Bn=C.unmount,Hn=C.__;function Ht(e,t){
C.__h&&C.__h(M,e,it||t),it=0;var n=M.__H||(M.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function W(e){
return it=1,Tr(Gn,e)}function Tr(e,t,n){var o=Ht(je++,2);if(o.t=e,!o.__c&&(o.__=[n?n(t):Gn(void 0,t),function(r){var a=(o.
__N||o.__)[0],l=o.t(a,r);It(a,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=M,!M.__f)){M.__f=!0;var i=M.shouldComponentUpdate;
M.shouldComponentUpdate=function(r,a,l){var d=this.__H;if(!d)return!0;var p=!1,u=this.props!=r;if(d.__.some(function(h){
h.__N&&(p=!0,It(h.__[0],h.__N[0])||(u=!0))}),i){var m=i.call(this,r,a,l);return p?m||u:m}return!p||u}}return o.__}function H(e,t){
var n=Ht(je++,3);!C.__s&&Kn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,M.__H.__h.push(n))}function qt(e){return it=5,at(function(){return{current:e}},[])}function at(e,t){var n=Ht(je++,7);return Kn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function Ar(){var e;do{for(;e=zt.shift();)try{Le(e)}catch(n){C.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=Wn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(Le),t.__h.some(Bt),t.__h=[]}catch(n){t.__h=[],C.__e(n,e.__v)}}}while(zt.length)}C.__b=function(e){
M=null,Un&&Un(e)},C.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Hn&&Hn(e,t)},C.__r=function(e){Rn&&Rn(e),je=
0;var t=(M=e.__c).__H;t&&(Rt==M?M.__h=[]:(t.__h.some(Le),t.__h.some(Bt),je=0),t.__h=[],t.__.some(function(n){n.__N&&(n.__=
n.__N),n.u=n.__N=void 0})),Rt=M},C.diffed=function(e){In&&In(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Fn(Wn.push(t)),
t.__H.__.some(function(n){n.u&&(n.__H=n.u)})),Rt=M=null},C.__c=function(e,t){t.some(function(n){try{n.__h.some(Le),n.__h=
n.__h.filter(function(o){return!o.__||Bt(o)})}catch(o){n.__h=[function(){throw o}]}}),zn&&zn(e,t)},C.unmount=function(e){
Bn&&Bn(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(i){try{if(i.__P&&i.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||
!n.__c.__P);)n=n.__;n=n&&n.__c}i.__P=n,Fn(zt.push(i))}else Le(i)}catch(r){t=r}}),o.__H=void 0,t&&C.__e(t,o.__v))};var qn=typeof requestAnimationFrame==
"function";function Nr(e){var t,n=function(){clearTimeout(o),qn&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);
qn&&(t=requestAnimationFrame(n))}function Fn(e){e!=1&&jn==C.requestAnimationFrame||((jn=C.requestAnimationFrame)||Nr)(Ar)}
function Le(e){var t=M,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),M=t}function Bt(e){var t=M;e.__c=e.__(),M=t}function Kn(e,t){
return!e||e.length!=t.length||t.some(function(n,o){return!It(n,e[o])})}function Gn(e,t){return typeof t=="function"?t(e):
t}var Dr=Symbol.for("preact-signals");function ct(){if(Y>1)Y--;else{var e,t=!1;for((function(){var i=lt;for(lt=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();Re!==void 0;){var n=Re;for(Re=
void 0,st++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Jn(n))try{n.c()}catch(i){t||(e=i,t=!0)}n=o}}if(st=0,Y--,
t)throw e}}function Wt(e){if(Y>0)return e();Ft=++Lr,Y++;try{return e()}finally{ct()}}var Ue,w=void 0;function Ie(e){var t=w,
n=Ue;w=void 0,Ue=void 0;try{return e()}finally{w=t,Ue=n}}var Re=void 0,Y=0,st=0,Lr=0,Ft=0,lt=void 0,ut=0;function Vn(e){
if(w!==void 0){var t=e.n;if(t===void 0||t.t!==w)return t={i:0,S:e,p:w.s,n:void 0,t:w,e:void 0,x:void 0,r:t},w.s!==void 0&&
(w.s.n=t),w.s=t,e.n=t,32&w.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=w.
s,t.n=void 0,w.s.n=t,w.s=t),t}}function E(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}E.prototype.brand=Dr;E.prototype.h=function(){return!0};E.prototype.S=function(e){
var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Ie(function(){var o;(o=t.W)==null||o.call(t)}))};
E.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=
n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&Ie(function(){var i;(i=t.Z)==null||i.call(t)}))}};E.prototype.subscribe=
function(e){var t=this;return L(function(){var n=t.value;Ie(function(){return e(n)})},{name:"sub"})};E.prototype.valueOf=
function(){return this.value};E.prototype.toString=function(){return this.value+""};E.prototype.toJSON=function(){return this.
value};E.prototype.peek=function(){var e=this;return Ie(function(){return e.value})};Object.defineProperty(E.prototype,"\
value",{get:function(){var e=Vn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(st>100)throw new Error(
"Cycle detected");(function(n){Y!==0&&st===0&&n.l!==Ft&&(n.l=Ft,lt={S:n,v:n.v,i:n.i,o:lt})})(this),this.v=e,this.i++,ut++,
Y++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{ct()}}}});function _(e,t){return new E(e,t)}function Jn(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Xn(e){for(var t=e.s;t!==void 0;t=t.n){
var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function Zn(e){for(var t=e.s,n=void 0;t!==
void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=o}e.s=n}function pe(e,t){E.call(this,void 0,t),this.x=e,this.s=void 0,this.g=ut-1,this.f=4}pe.prototype=new E;pe.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===ut))return!0;if(this.g=ut,this.f|=
1,this.i>0&&!Jn(this))return this.f&=-2,!0;var e=w;try{Xn(this),w=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return w=e,Zn(this),this.f&=-2,!0};pe.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}E.prototype.S.call(this,e)};pe.prototype.
U=function(e){if(this.t!==void 0&&(E.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};pe.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
pe.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=Vn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function Q(e,t){return new pe(e,t)}function Yn(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){Y++;var n=w;w=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,Kt(e),o}finally{w=n,ct()}}}function Kt(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,Yn(e)}function jr(e){if(w!==this)throw new Error("Out-of-o\
rder effect");Zn(this),w=e,this.f&=-2;try{8&this.f&&Kt(this)}finally{ct()}}function ve(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Ue&&Ue.push(this)}ve.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};ve.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Yn(this),Xn(this),Y++;var e=w;return w=this,jr.bind(this,e)};ve.
prototype.N=function(){2&this.f||(this.f|=2,this.u=Re,Re=this)};ve.prototype.d=function(){this.f|=8,1&this.f||Kt(this)};
ve.prototype.dispose=function(){this.d()};function L(e,t){var n=new ve(e,t);try{n.c()}catch(i){throw n.d(),i}var o=n.d.bind(
n);return o[Symbol.dispose]=o,o}var Qn,dt,ft,Ur=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var eo=[];L(function(){Qn=this.N})();function $e(e,t){y[e]=t.bind(null,y[e]||function(){})}function ze(e){if(ft){var t=ft;
ft=void 0,t()}ft=e&&e.S()}function to(e){var t=this,n=e.data,o=Ir(n);o.name="ReactiveDom",o.value=n;var i=at(function(){
for(var l=t,d=t.__v;d=d.__;)if(d.__c){d.__c.__$f|=4;break}var p=Q(function(){var f=o.value.value;return f===0?0:f===!0?"":
f||""}),u=Q(function(){return!Array.isArray(p.value)&&!Tt(p.value)}),m=L(function(){if(this.N=no,u.value){var f=p.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=f)}}),h=t.__$u.d;return t.__$u.d=function(){m(),h.call(this)},
[u,p]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}to.displayName="ReactiveTextNode";Object.defineProperties(E.prototype,
{constructor:{configurable:!0,value:rt(de,null).constructor},type:{configurable:!0,value:to},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});$e("__b",function(e,t){if(ze(),dt=
void 0,typeof t.type=="string"){var n,o=t.props;for(var i in o)if(i!=="children"){var r=o[i];r instanceof E&&(n||(t.__np=
n={}),n[i]=r,o[i]=r.peek())}}e(t)});$e("__r",function(e,t){if(e(t),t.type!==de){ze();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===
void 0&&(o.__$u=n=(function(i,r){var a;return L(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
Ur&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(o),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),dt=o,ze(n)}});$e("__e",function(e,t,n,o){ze(),dt=void 0,e(t,n,o)});$e("diffed",function(e,t){ze(),dt=void 0;var n;
if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,i=t.props,r=n.U;if(r)for(var a in r){var l=r[a];l===void 0||o&&a in o||
(l.d(),r[a]=void 0)}if(o){r||(r={},n.U=r);for(var d in o){var p=r[d],u=o[d];p===void 0?(p=Rr(n,d,u,i),r[d]=p):p.o(u,i)}}}
e(t)});function Rr(e,t,n,o){var i=t in e&&e.ownerSVGElement===void 0,r=_(n);return{o:function(a,l){r.value=a,o=l},d:L(function(){
this.N=no;var a=r.value.value;o[t]!==a&&(o[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}$e("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var i in o){
var r=o[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var d in a)l[d]=a[d]}t.__np=void 0}else{var p=t.__c;if(p){p.__$f|=
8;var u=p.__$u;u&&(p.__$u=void 0,u.d())}}e(t)});$e("__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});_e.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(o||r||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function Ir(e,t){return at(function(){return _(e,t)},[])}var zr=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Br(){Wt(function(){for(var e;e=eo.shift();)Qn.call(e)})}function no(){eo.push(this)===1&&(y.requestAnimationFrame||
zr)(Br)}function N(e,t,n="localStorage"){try{let o=window[n].getItem(`easel.${e}`);return o===null?t:JSON.parse(o)}catch{return t}}
function j(e,t,n="localStorage"){try{t===void 0?window[n].removeItem(`easel.${e}`):window[n].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var Gt=window.matchMedia("(prefers-color-scheme: dark)"),oo=N("appearance",null),ie=_(oo?oo==="dark":Gt.matches);function Vt(){
document.documentElement.dataset.theme=ie.value?"dark":"light"}Gt.addEventListener("change",()=>{N("appearance",null)||(ie.
value=Gt.matches,Vt())});Vt();function ro(){ie.value=!ie.value,j("appearance",ie.value?"dark":"light"),Vt()}var ge=class extends Error{constructor(t,n,o){super(n?.error??n?.message??`HTTP ${t}`),this.status=t,this.code=n?.code??
"",this.field=n?.details?.field??"",this.retryAfter=Number(o?.get("Retry-After"))||n?.details?.retryAfter||0}get passing(){
return this.status===0||this.status===503}};async function q(e,t,{body:n,headers:o={},text:i}={}){let r={...o};n!==void 0&&
(r["Content-Type"]="application/json");let a;try{a=await fetch(t,{method:e,headers:r,body:i??(n===void 0?void 0:JSON.stringify(
n))})}catch{throw new ge(0,{error:"The network failed. Is Easel running?"})}let l=await a.json().catch(()=>null);if(!a.ok&&
a.status!==304)throw new ge(a.status,l,a.headers);return{status:a.status,body:l,headers:a.headers}}async function ye(e,t){
return(await q("GET",e,{headers:t})).body}function he(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/\
api/images/")?t:e}function pt(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(
2,"0")).join("")}function be(e){return new Promise(t=>setTimeout(t,e*1e3))}var x=_(null),Be=_("");async function io(){try{let[e,{providers:t},{models:n}]=await Promise.all([ye("/api"),ye("/api/pr\
oviders"),ye("/api/models")]),{features:o,access:i,picturesNeedKey:r,version:a}=e;x.value={providers:t,models:n,features:o,
access:i,picturesNeedKey:r,version:a},Be.value=""}catch(e){Be.value=e.message}}function ht(e){return x.value.features.includes(
e)}function G(e){return x.value.providers.find(t=>t.id===e)}function mt(e){return x.value.models.filter(t=>t.provider===
e)}function K(e,t){return x.value.models.find(n=>n.provider===e&&n.id===t)}function we({provider:e,model:t}){return{provider:G(
e)?.name??e,model:K(e,t)?.name??t}}function ao(e){return x.value.models.filter(t=>t.family===e.family&&t.provider!==e.provider)}var so=N("credentials",null),ke=_(so!==null),A=_(so??N("credentials",{},"sessionStorage"));function lo(e,t){A.value={...A.
value,[e]:t.trim()},Jt()}function uo(e){ke.value=e,Jt()}function co(){A.value={},ke.value=!1,Jt()}function Jt(){let e=Object.
fromEntries(Object.entries(A.value).filter(([,t])=>t));j("credentials",ke.value?e:void 0),j("credentials",ke.value?void 0:
e,"sessionStorage")}function xe(){return x.value.access==="keys"}function Se(e){let{[e]:t,access:n}=A.value;return!!(n||
!xe()&&(t||!G(e).requiresAuth))}function _t(e){let{[e]:t,access:n}=A.value;return xe()||!!(n&&!t)}function fo(e){let t=A.
value[e];return{..._t(e)?V():{},...t?{[G(e).authHeader]:t}:{}}}function He(){return x.value.picturesNeedKey?V():{}}function V(){
let{access:e}=A.value;return e?{Authorization:`Bearer ${e}`}:{}}var po={"A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line.":"一个提\
示词文件，一夜之间变成图片：带表头的 CSV，或每行一个请求的 JSON Lines。","Again with this":"\
照此再来","All pictures":"全部图片",Asked:"请求","Aspect ratio":"宽高比",Batches:"批量","Batches that you\
 start here are listed here.":"在这里启动的批量任务会列在这里。","Calls this minute":"本分钟调用",Cancel:"\
取消","Cancel the batch":"取消批量任务",Cancelled:"已取消","Choose a file":"选择文件",Close:"关闭",Code:"\
代码","Code of this call":"本次调用的代码","Compare models":"比较模型",Comparison:"比较",Completed:"已完成",
Copied:"已复制",Copy:"复制","Copy link":"复制链接","Copy parameters":"复制参数",Dark:"深色",Dismiss:"关闭提示",
"Do not wait for it":"不再等待",Done:"完成",Download:"下载","Download all":"全部下载","Easel does not answer\
: {reason}":"Easel 没有响应：{reason}","Easel key":"Easel 密钥","Enter a token":"填写令牌","Enter the key":"填\
写密钥",Failed:"失败","Failed lines":"失败的行","First lines":"前几行","Forget all":"全部清除",Format:"格\
式",Generate:"生成","Generate {n} pictures":"生成 {n} 张图片","Get one":"获取",Guidance:"引导强度",Height:"\
高","It has begun, so its provider finishes it.":"任务已经开始，服务商会把它完成。","Keep the seed":"锁定\
种子","Keep them on this device, also after the tab is closed":"保存在本设备上，关闭标签页后仍保留","\
Lets you use the tokens of this Easel, and run batches":"可使用本 Easel 的令牌，并运行批量任务",Line:"行",
"Line {n}":"第 {n} 行","Loading…":"加载中…","Look again":"重新查看","Looking at the first lines…":"正在检查前几\
行…",Model:"模型","Models: {models}":"模型：{models}","Needed here; the owner of this Easel gives you one":"此处必填\
；请向本 Easel 的管理员索取","Needed unless an Easel key pays; sent as {header}":"没有 Easel 密钥时必填；通过 {header} 发\
送","New batch":"新建批量任务","Newer picture":"较新的图片","Not in the picture":"反向提示词","Nothing \
here yet. Describe a picture, and it appears here.":"这里还是空的。描述一张图片，它就会出现在这里。",
"Nothing is spent yet.":"尚未产生任何消耗。",Obtained:"结果","Of the first {n} lines, {bad} would fail.":"前 {\
n} 行中有 {bad} 行会失败。","Older picture":"较早的图片","Optional: without one there is less to use":"可选：没\
有令牌时额度较少","Other file":"换个文件","Other pictures":"其他图片",Picture:"图片",Pictures:"图片",
"Pictures left of your key until {time}: {n}":"密钥剩余图片（至 {time}）：{n}","Pictures this month":"本月图片",
"Pictures today":"今日图片","Pictures under way":"进行中的图片","Programming language":"编程语言",Progress:"\
进度",Prompt:"提示词",Provider:"服务商","Reading the file":"正在读取文件",Reason:"原因",Remove:"移除",
"Remove all":"全部移除","Remove all pictures?":"移除全部图片？","Remove from the list":"从列表移除","Res\
ults as a file":"下载结果文件","Roll a seed":"随机种子","Run the rest again":"重跑未完成的",Running:"运行中",
"Same prompt on several models":"同一提示词，多个模型","Same size and seed for all; steps and guidance are eac\
h model's own. Each picture counts at its provider.":"尺寸和种子相同；步数和引导强度取各模型的默认值。每张图片都计入服务商的额度。",
Scale:"倍数",Seed:"种子","Show the comparison":"查看比较","Show more":"显示更多",Size:"尺寸","Start the ba\
tch":"启动批量任务","Starting a batch needs an Easel key.":"启动批量任务需要 Easel 密钥。","Starting…":"\
正在启动…",Steps:"步数","Swap width and height":"交换宽高","The bucket did not take the file. Does AllowedOr\
igins of the deployment name {origin}?":"存储桶没有接受该文件。部署的 AllowedOrigins 是否包含 {origin}？",
"The first {n} lines are good.":"前 {n} 行没有问题。","This Easel needs a key of yours.":"此 Easel 需要你的密钥。",
"This browser has no room for more pictures; the newest are here until the page is closed.":"浏览器空间已满；最新的图片只保留到页面关闭为止。",
"This browser keeps no gallery; pictures are here until the page is closed.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This model makes these sizes only":"此模型只支持这些尺寸",Time:"用时",Tokens:"令牌","Tokens stay in this \
tab and go to this Easel only, in a header. Easel stores none of them.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。",
"Try again":"重试","Try again in {time}":"请在 {time} 后重试","Upscale {scale}×":"放大 {scale} 倍",Upscaling:"\
放大","Vary the seed":"换个种子",Views:"视图","Waits for {provider} until {time}: {reason}":"等待 {provider} 至 {ti\
me}：{reason}","Waits for {provider}: {reason}":"等待 {provider}：{reason}","What the key allows":"密钥的额度",
"What should be in the picture?":"画面里应该有什么？","What such a file looks like":"文件示例",Width:"宽",
"Write a prompt first.":"请先填写提示词。","Zoom to full size":"放大到原始尺寸","again from {time}":"{tim\
e} 起恢复","about {time} left":"约剩 {time}","also at {providers}":"另见 {providers}","batches too":"可运行批量任务",
"family {family}":"系列 {family}","handed over":"已提交","in the provider's queue: {n}":"服务商队列中的位置：{n}",
"low quality, blurry":"低质量，模糊","no batches":"不可运行批量任务","no guidance":"不支持引导强度",
"no negative prompt":"不支持反向提示词","or drop it here":"或拖放到这里",random:"随机","took {time}":"用时\
 {time}","until {time}":"有效期至 {time}","usually {time}":"通常 {time}","waits for its turn":"排队等待","{lab\
el}, slider":"{label}，滑块","{min} to {max} pixels a side":"边长 {min} 至 {max} 像素","{n} KB":"{n} KB","{n} a \
minute":"每分钟 {n} 张","{n} cancelled":"{n} 张已取消","{n} failed":"{n} 张失败","{n} of {all}":"{n} / {all}",
"{n} of {all} pictures":"{n} / {all} 张图片","{n} pictures are removed from this browser. Their links live on until t\
he deployment removes them.":"将从此浏览器移除 {n} 张图片。它们的链接在部署清理之前仍然有效。",
"{n} running":"{n} 张进行中","{n} s":"{n} 秒","{n} to come":"{n} 张待处理","{provider} needs a token of yours.":"\
{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}"};var Hr=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",Ce=_(N("language",Hr));L(()=>{document.documentElement.
lang=Ce.value==="zh"?"zh-Hans":"en"});function ho(e){Ce.value=e,j("language",e)}function s(e,t={}){return(Ce.value==="zh"?
po[e]??e:e).replace(/\{(\w+)\}/g,(o,i)=>t[i]??o)}function J(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",
{n:t});let n=[Math.floor(t/3600),Math.floor(t/60)%60,t%60];return(n[0]?n:n.slice(1)).map((i,r)=>r?String(i).padStart(2,"\
0"):i).join(":")}function Me(e){let t=new Date(e*1e3),o=t.toDateString()===new Date().toDateString()?{}:{month:"short",day:"\
numeric"};return t.toLocaleString(Ce.value==="zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...o})}var R=_([]),U=_(null),qr=2,mo=64*1024;function qe(e,t){R.value=R.value.map(n=>n.id===e?{...n,...t}:n)}function _o(){j("b\
atches",R.value.map(({id:e,name:t})=>({id:e,name:t})))}function vo(){R.value=N("batches",[]),R.value.forEach(({id:e})=>Fe(
e))}async function $o(e){U.value={file:e};try{let t=e.size<=mo,n=new Uint8Array(await e.slice(0,mo).arrayBuffer()),o=t?n.
length:n.lastIndexOf(10)+1||n.length,i=await q("POST","/api/batches/preview",{text:n.slice(0,o),headers:{"Content-Type":"\
application/octet-stream"}});U.value={file:e,lines:i.body.lines}}catch(t){U.value={file:e,error:t.message}}}function go(){
U.value=null}async function yo(){let{file:e}=U.value;U.value={...U.value,starting:!0,error:void 0};try{let t=V(),n={name:e.
name,digest:await Wr(e)},{body:o}=await q("POST","/api/batches/uploads",{body:n,headers:t});await Fr(o.uploadUrl,e);let{
body:i}=await q("POST","/api/batches",{body:{manifest:o.manifest},headers:t});Kr(i.batchId,e.name),U.value=null}catch(t){
U.value={...U.value,starting:!1,error:t.message}}}async function Fr(e,t){if(!(await fetch(e,{method:"PUT",body:t}).catch(
()=>null))?.ok)throw new Error(s("The bucket did not take the file. Does AllowedOrigins of the deployment name {origin}?",
{origin:location.origin}))}async function Wr(e){if(!crypto.subtle)return`${e.size}-${e.lastModified}`;let t=new Uint8Array(
await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.from(t.slice(0,16),n=>n.toString(16).padStart(
2,"0")).join("")}function Kr(e,t){R.value=[{id:e,name:t},...R.value.filter(n=>n.id!==e)],_o(),Fe(e)}var Xt=new Set;async function Fe(e){
if(!Xt.has(e)){Xt.add(e);try{for(;;){let t=await q("GET",`/api/batches/${e}`,{headers:V()});if(!Gr(e))return;if(qe(e,{status:t.
body,error:void 0}),t.body.finishedAt)break;await be(Number(t.headers.get("Retry-After"))||qr)}qe(e,{lines:await Vr(e)})}catch(t){
qe(e,{error:t.message})}finally{Xt.delete(e)}}}function Gr(e){return R.value.find(t=>t.id===e)}async function Zt(e){let t=await fetch(
`/api/batches/${e}/results`,{headers:V()});if(!t.ok)throw new Error(`HTTP ${t.status}`);return t.blob()}async function Vr(e){
return(await(await Zt(e)).text()).split(`
`).filter(Boolean).map(n=>JSON.parse(n))}async function bo(e){await ko(e,()=>q("DELETE",`/api/batches/${e}`,{headers:V()}))}
async function wo(e){await ko(e,()=>q("POST","/api/batches",{body:{retry:e},headers:V()})),qe(e,{lines:void 0})}async function ko(e,t){
try{await t(),Fe(e)}catch(n){qe(e,{error:n.message})}}function xo(e){R.value=R.value.filter(t=>t.id!==e),_o()}var ae=_([]),Ke=_(""),We=new Map,Qt=null;function Yt(e){return new Promise((t,n)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>n(e.error)})}function So(e){return Qt.transaction("pictures",e).objectStore("pictures")}async function Co(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),Qt=await Yt(e);let t=await Yt(
So("readonly").getAll());ae.value=t.sort((n,o)=>o.createdAt-n.createdAt)}catch{Ke.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function Mo(e){if(ae.value.some(o=>o.id===e.id))return;let t=await en(
e.url),n=t?{...e,blob:t}:e;ae.value=[n,...ae.value].sort((o,i)=>i.createdAt-o.createdAt),await Eo(o=>o.put(n))}async function en(e){
try{let t=await fetch(he(e),{headers:He()});return t.ok?await t.blob():null}catch{return null}}async function vt(e){ae.value=
ae.value.filter(t=>!e.includes(t.id));for(let t of e)URL.revokeObjectURL(We.get(t)),We.delete(t),await Eo(n=>n.delete(t))}
async function Eo(e){if(Qt)try{await Yt(e(So("readwrite")))}catch{Ke.value="This browser has no room for more pictures; \
the newest are here until the page is closed."}}function Ee(e){return e.blob?(We.has(e.id)||We.set(e.id,URL.createObjectURL(
e.blob)),We.get(e.id)):he(e.url)}function $t(e){let t={JPEG:"jpg"}[e.format]??e.format.toLowerCase();return`${(e.asked.prompt??
"upscaled").replace(/[^\p{L}\p{N}]+/gu,"-").replace(/^-+|-+$/g,"").slice(0,40)||"picture"}-${e.id.slice(-6)}.${t}`}var Jr=Uint32Array.from({length:256},(e,t)=>{let n=t;for(let o=0;o<8;o+=1)n=n&1?n>>>1^3988292384:n>>>1;return n});function Xr(e){
let t=4294967295;for(let n of e)t=Jr[(t^n)&255]^t>>>8;return(t^4294967295)>>>0}function tn(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),n=new DataView(t.buffer),o=0;for(let[i,r]of e)i===2?n.setUint16(o,r,!0):n.setUint32(o,r,!0),o+=i;
return t}var Zr=2048;function Oo(e){let t=new Date,n=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,o=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:p,bytes:u}of e){let m=new TextEncoder().encode(p),h=u.length,
f=[[2,20],[2,Zr],[2,0],[2,n],[2,o],[4,Xr(u)],[4,h],[4,h],[2,m.length],[2,0]],v=tn([4,67324752],...f);r.push(tn([4,33639248],
[2,20],...f,[2,0],[2,0],[2,0],[4,0],[4,a]),m),i.push(v,m,u),a+=v.length+m.length+h}let l=r.reduce((p,u)=>p+u.length,0),d=tn(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,d],{type:"application/\
zip"})}function nn(e,t){let n=URL.createObjectURL(e);Po(n,t),setTimeout(()=>URL.revokeObjectURL(n),6e4)}function Po(e,t){let n=document.
createElement("a");n.href=e,n.download=t,n.click()}function To(e){Po(Ee(e),$t(e))}function on(e){let{id:t,asked:n,details:o,
format:i,warnings:r,createdAt:a}=e;return{file:$t(e),jobId:t,createdAt:a,asked:n,obtained:{...o,format:i},warnings:r}}async function Ao(e){
let t=e.filter(i=>i.blob),n=await Promise.all(t.map(async i=>({name:$t(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
o=new TextEncoder().encode(JSON.stringify(e.map(on),null,2));nn(Oo([...n,{name:"parameters.json",bytes:o}]),"easel-pictu\
res.zip")}var Do=function(e,t,n,o){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,n[t[r++]]):t[++r];a===
3?o[0]=l:a===4?o[1]=Object.assign(o[1]||{},l):a===5?(o[1]=o[1]||{})[t[++r]]=l:a===6?o[1][t[++r]]+=l+"":a?(i=e.apply(l,Do(
e,l,n,["",null])),o.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):o.push(l)}return o},No=new Map;function Lo(e){var t=No.get(this);
return t||(t=new Map,No.set(this,t)),(t=Do(this,t.get(e)||(t.set(e,t=(function(n){for(var o,i,r=1,a="",l="",d=[0],p=function(h){
r===1&&(h||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?d.push(0,h,a):r===3&&(h||a)?(d.push(3,h,a),r=2):r===2&&a==="..."&&h?
d.push(4,h,0):r===2&&a&&!h?d.push(5,0,!0,a):r>=5&&((a||!h&&r===5)&&(d.push(r,0,a,i),r=6),h&&(d.push(r,h,0,i),r=6)),a=""},
u=0;u<n.length;u++){u&&(r===1&&p(),p(u));for(var m=0;m<n[u].length;m++)o=n[u][m],r===1?o==="<"?(p(),d=[d],r=3):a+=o:r===
4?a==="--"&&o===">"?(r=1,a=""):a=o+a[0]:l?o===l?l="":a+=o:o==='"'||o==="'"?l=o:o===">"?(p(),r=1):r&&(o==="="?(r=5,i=a,a=
""):o==="/"&&(r<5||n[u][m+1]===">")?(p(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):o===" "||o==="	"||o===`
`||o==="\r"?(p(),r=2):a+=o),r===3&&a==="!--"&&(r=4,d=d[0])}return p(),d})(e)),t),arguments,[])).length>1?t:t[0]}var c=Lo.bind(rt);var Yr={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",check:"m5\
 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9 9h11v11H9zM5 15H4V4h11v1",die:"M5 5\
h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5 5-5M5 20h14",enlarge:"M9 4H4v5M15 2\
0h5v-5M4 4l6 6M20 20l-6-6",grid:"M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",key:"M21 3l-9.3 9.3M16 8l3 3M12.5 1\
5.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",moon:"M20 14A8 8 0 1 1 10 4a6.5 \
6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9\
 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h14M14 4l4 4-4 4M20 16H6M10 1\
2l-4 4 4 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"M4 7h3l10 10h3M4 17h3l\
3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function $({name:e}){return c`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${Yr[e]} /></svg>`}var jo=24,Qr={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Uo({batch:e}){let{id:t,name:n,status:o,lines:i,error:r}=e,a=r??o?.error?.error;return c`
    <article class="batch" aria-label=${n}>
      <header><h3>${n}</h3><span class=${`badge ${o?.status??""}`} role="status">${s(Qr[o?.status]??o?.status??"…")}</span></header>
      ${a&&c`<p class="error" role="alert">${a}</p>`}
      ${o&&c`<${ei} status=${o} />`}
      <${ni} batch=${e} />
      ${i&&c`<${oi} id=${t} lines=${i} />`}
    </article>
  `}function ei({status:e}){let{requests:t,succeeded:n,failed:o,running:i,pending:r,cancelled:a}=e.counts,l=n+o+a,d=[s("\
{n} of {all} pictures",{n,all:t}),o&&s("{n} failed",{n:o}),a&&s("{n} cancelled",{n:a}),i&&s("{n} running",{n:i}),r&&s("{\
n} to come",{n:r})],p=[e.rate>0&&s("{n} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("abou\
t {time} left",{time:J(e.etaSeconds)}),e.finishedAt&&s("took {time}",{time:J(e.finishedAt-e.startedAt)})];return c`
    <progress aria-label=${s("Progress")} max=${t||1} value=${l}></progress>
    <p class="counts">${d.filter(Boolean).join(" · ")}</p>
    <p class="hint">${p.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(u=>c`<p class="notice" key=${u.provider}>${ti(u)}</p>`)}
  `}function ti({provider:e,until:t,reason:n}){let o={provider:we({provider:e}).provider,time:t?Me(t):"",reason:n};return t?
s("Waits for {provider} until {time}: {reason}",o):s("Waits for {provider}: {reason}",o)}function ni({batch:{id:e,name:t,
status:n,error:o}}){let i=!!n?.finishedAt,r=i&&n.counts.succeeded<n.counts.requests;return c`
    <div class="buttons">
      ${n&&!i&&c`<button type="button" onClick=${()=>bo(e)}>${s("Cancel the batch")}</button>`}
      ${r&&c`<button type="button" onClick=${()=>wo(e)}><${$} name="again" /> ${s("Run the rest again")}</button>`}
      ${i&&c`<button type="button" onClick=${async()=>nn(await Zt(e),`${t}.results.jsonl`)}><${$} name="download" /> ${s(
"Results as a file")}</button>`}
      ${o&&c`<button type="button" onClick=${()=>Fe(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>xo(e)}>${s("Remove from the list")}</button>
    </div>
  `}function oi({id:e,lines:t}){let[n,o]=W(jo),i=t.filter(a=>a.status==="succeeded"),r=t.filter(a=>a.status==="failed");
return c`
    ${r.length>0&&c`
      <details open>
        <summary>${s("{n} failed",{n:r.length})}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${s("Failed lines")}>
          <table>
            <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Code")}</th><th scope="col">${s("Reason")}</th></tr></thead>
            <tbody>${r.slice(0,200).map(a=>c`<tr key=${`${a.line}-${a.copy}`}><th scope="row">${a.line}</th><td><code>${a.
error.code}</code></td><td>${a.error.message}</td></tr>`)}</tbody>
          </table>
        </div>
      </details>`}
    ${i.length>0&&c`
      <ul class="grid small">
        ${i.slice(0,n).map(a=>c`
          <li key=${a.jobId}><${ri} line=${a} /></li>`)}
      </ul>
      ${i.length>n&&c`<button type="button" class="more" onClick=${()=>o(n+jo)}>${s("Show more")}</button>`}`}
  `}function ri({line:e}){let{picturesNeedKey:t}=x.value,[n,o]=W(t?null:he(e.url));return H(()=>{if(!t)return;let i,r=!1;
return en(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),o(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),n?c`<a href=${n} target="_blank" rel="noopener"><img src=${n} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}var gt=_(!1),ii=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Ro({onTokens:e}){return c`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <h2>${s("New batch")}</h2>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${U.value?c`<${si} onTokens=${e} />`:c`<${ai} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${R.value.length===0&&c`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${R.value.map(t=>c`<${Uo} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function ai(){let e=n=>n[0]&&$o(n[0]),t=n=>{n.preventDefault(),gt.value=!1,e(n.dataTransfer.files)};return c`
    <label class=${gt.value?"drop over":"drop"} onDragOver=${n=>{n.preventDefault(),gt.value=!0}}
      onDragLeave=${()=>{gt.value=!1}} onDrop=${t}>
      <${$} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${n=>e(n.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${ii}</code></pre>
    </details>
  `}function si({onTokens:e}){let{file:t,lines:n,error:o,starting:i}=U.value,r=(n??[]).filter(l=>l.error),a=A.value.access;
return c`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!n&&!o&&c`<p role="status">${s("Looking at the first lines…")}</p>`}
      ${o&&c`<p class="error" role="alert">${o}</p>`}
      ${n&&c`
        <p role="status">${r.length?s("Of the first {n} lines, {bad} would fail.",{n:n.length,bad:r.length}):s("The firs\
t {n} lines are good.",{n:n.length})} ${s("Nothing is spent yet.")}</p>
        <${li} lines=${n} />`}
      ${n&&!a&&c`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${$} name="key" /> ${s("Enter the key")}</button></div>`}
      <div class="buttons">
        ${n?.length>0&&c`<button type="button" class="primary" disabled=${!a||i} onClick=${yo}>
          ${i?s("Starting…"):s("Start the batch")}</button>`}
        <button type="button" onClick=${go}>${s("Other file")}</button>
      </div>
    </div>
  `}function li({lines:e}){return c`
    <div class="scroll" tabindex="0" role="region" aria-label=${s("First lines")}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Prompt")}</th><th scope="col">${s("Model")}</th><th scope="col">${s(
"Size")}</th><th scope="col">${s("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:t,request:n,error:o,count:i,warnings:r})=>o?c`<tr key=${t} class="bad"><th scope="row">${t}</th><td colspan="4">${o}</td></tr>`:
c`<tr key=${t}><th scope="row">${t}</th><td>${n.prompt}${r.map(a=>c`<small key=${a}>${a}</small>`)}</td>
                <td>${n.provider} / ${n.model}</td><td>${n.width} x ${n.height}</td><td>${i}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var ui=3,ci=[.5,1],fi=2,D=_([]),yt=Q(()=>D.value.filter(e=>e.state!=="failed")),bt=_(""),rn=0;function Oe(e,t){D.value=D.
value.map(n=>n.key===e?{...n,...t}:n),an()}function an(){j("jobs",D.value)}function F(e){return D.value.find(t=>t.key===
e)}function se(e){D.value=D.value.filter(t=>t.key!==e),an()}function Io(){D.value=N("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),D.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>qo(e.key)),ln()}function Pe(e,{group:t,
onRefused:n}={}){sn(e.map(o=>({path:"/api/generate",asked:o,group:t})),n)}function zo(e,t){let{url:n,details:o}=e,i={provider:"\
huggingface",model:"upscaler",prompt:o.prompt,url:n,scale:t};sn([{path:"/api/upscale",asked:i,group:e.group}])}function sn(e,t){
let n=Date.now(),o=e.map(i=>({...i,key:pt(),state:"waiting",since:n}));o.forEach(i=>Bo.set(i.key,t)),D.value=[...D.value,
...o],an(),ln()}var Bo=new Map;function ln(){for(;rn<ui;){let e=D.value.find(t=>t.state==="waiting");if(!e)return;rn+=1,
Oe(e.key,{state:"sending",since:Date.now()}),di(e).finally(()=>{rn-=1,ln()})}}async function di({key:e,path:t,asked:n}){
let{provider:o}=n,i=t==="/api/upscale"?{url:n.url,scale:n.scale}:n,r={...fo(o),Prefer:"respond-async","Idempotency-Key":e};
try{let a=await Ho(()=>q("POST",t,{body:i,headers:r}));if(!F(e))return;Oe(e,{state:"queued",jobId:a.body.jobId}),qo(e)}catch(a){
let l=Bo.get(e);a.field&&a.status<500&&l?(se(e),l(a)):un(e,a)}}async function Ho(e){for(let t=1;;t+=1)try{return await e()}catch(n){
if(!(n instanceof ge&&n.passing)||t===4)throw n;await be(t)}}function un(e,{message:t,code:n,retryAfter:o}){Oe(e,{state:"\
failed",error:{message:t,code:n,retryAfter:o}}),bt.value=t}async function qo(e){let t=He();for(let n=0;F(e)?.jobId;n+=1){
let o;try{o=await Ho(()=>q("GET",`/api/jobs/${F(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&F(e)){await be(5);continue}
F(e)&&un(e,i);return}if(t["If-None-Match"]=o.headers.get("ETag"),!F(e)||o.body&&await pi(e,o.body))return;await be(ci[n]??
fi)}}async function pi(e,t){if(t.status==="failed")return un(e,{message:t.error,code:t.code,retryAfter:t.details?.retryAfter}),
!0;if(t.status!=="succeeded"){let l=F(e).begun??(t.status==="running"?Date.now():void 0);return Oe(e,{state:t.status,progress:t.
progress,begun:l}),!1}let{asked:n,group:o}=F(e),{imageDetails:i,format:r,warnings:a}=t;return await Mo({id:t.jobId,asked:n,
group:o,details:i,format:r,warnings:a,url:i.url,createdAt:t.createdAt}),se(e),bt.value=`${i.model}: ${i.dimensions}, ${i.
duration}`,!0}async function Fo(e){let{jobId:t,state:n}=F(e);if(n==="waiting"||!t)return se(e);try{let{body:o}=await q("\
DELETE",`/api/jobs/${t}`,{headers:He()});if(!F(e))return;o.cancelled?se(e):Oe(e,{tooLate:!0})}catch{F(e)&&Oe(e,{tooLate:!0})}}
function Wo(e){let{path:t,asked:n,group:o}=F(e);se(e),sn([{path:t,asked:n,group:o}])}var hi=500,Te=_(null),wt=0;async function mi(){wt+=1;let e=wt,t=await ye("/api/key",V()).then(n=>({facts:n}),n=>({error:n.
message}));e===wt&&(Te.value=t)}function Ko(){let e;L(()=>{let{access:t}=A.value,n=t!==e;if(e=t,yt.value.length,wt+=1,n&&
(Te.value=null),!t)return;let o=setTimeout(mi,hi);return()=>clearTimeout(o)})}var _i=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function Go(){if(!Te.value)return null;let{facts:e,error:t}=Te.
value;return t?c`<p class="error" role="alert">${t}</p>`:c`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:Me(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&c`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${_i().map(([n,o])=>c`<${vi} key=${n} label=${o} ...${e.use[n]} />`)}
      </dl>
    </section>
  `}function vi({label:e,used:t,limit:n,resetsAt:o}){let i=n?s("{n} of {all}",{n:t,all:n}):String(t);return c`
    <dt>${e}</dt>
    <dd>
      ${i}${n>0&&t>=n&&o?`, ${s("again from {time}",{time:Me(o)})}`:""}
      ${n>0&&c`<progress aria-label=${e} max=${n} value=${Math.min(t,n)}></progress>`}
    </dd>
  `}function Vo(){let e=Te.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:n,resetsAt:o}=t.reduce((i,r)=>r.left<i.left?r:i);return c`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n,time:Me(o)})}</p>`}function X({id:e,label:t,hint:n,error:o,children:i,beside:r}){return c`
    <div class=${`field ${o?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${n&&c`<p class="hint" id=${`${e}-hint`}>${n}</p>`}
      ${o&&c`<p class="error" id=${`${e}-error`} role="alert">${o}</p>`}
    </div>
  `}function me(e,t,n){return{"aria-describedby":[t&&`${e}-error`,n&&`${e}-hint`].filter(Boolean).join(" ")||void 0,"ari\
a-invalid":t?"true":void 0}}function cn({name:e,label:t,options:n,value:o,onChoose:i}){return c`
    <fieldset class=${n.some(r=>r.shape)?"choice shapes":"choice"}>
      <legend class="hidden">${t}</legend>
      ${n.map(r=>c`
          <label key=${r.id} class=${r.id===o?"chosen":""}>
            <input type="radio" name=${e} value=${r.id} checked=${r.id===o} onChange=${()=>i(r.id)} />
            ${r.shape&&c`<${$i} ...${r.shape} />`}
            <span>${r.name}</span>
          </label>
        `)}
    </fieldset>
  `}function $i({width:e,height:t}){let n=1.15/Math.max(e,t);return c`<span class="shape" style=${{width:`${e*n}rem`,height:`${t*
n}rem`}}></span>`}function ee({title:e,className:t="",onClose:n,children:o}){let i=qt(null);return H(()=>{let a=document.
activeElement;return i.current.showModal(),()=>a?.focus?.()},[]),c`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${n} onClick=${a=>a.target===i.current&&n()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${s("Close")} onClick=${n}><${$} name="close" /></button>
        </header>
        ${o}
      </div>
    </dialog>
  `}function Jo({title:e,text:t,yes:n,onYes:o,onClose:i}){return c`
    <${ee} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),o()}}>${n}</button>
      </div>
    <//>
  `}function Ge({text:e,label:t}){let[n,o]=W(!1);return c`
    <button type="button" class="quiet" onClick=${async()=>{await navigator.clipboard.writeText(e),o(!0),setTimeout(()=>o(
!1),2e3)}}>
      <${$} name=${n?"check":"copy"} /> <span aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function Xo({id:e,label:t,tabs:n,value:o,onChoose:i}){return c`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let d=n.findIndex(u=>u.id===o),p=n[(d+l+n.length)%n.length];i(p.id),document.getElementById(`${e}-${p.id}`).focus()}}>
      ${n.map(a=>c`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===o)} tabindex=${a.id===o?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var gi=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function Zo(e){return e.sizes.only??gi}function fn(e,t){return Number(e.width)===t.width&&Number(e.height)===
t.height}function dn(e,t){let{only:n}=t.sizes;if(!n||n.some(a=>fn(e,a)))return{width:e.width,height:e.height};let o=e.width/
e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/o)),r=n.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}var Yo=2147483647,Qo=8,er={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1},T=_(er),I=_({});function tr(){
let e={...er,...N("form",{})},t=K(e.provider,e.model);T.value=e,t||Je(x.value.models[0])}function z(e){T.value={...T.value,
...e},pn(Object.keys(e)),j("form",T.value)}function pn(e){I.value=Object.fromEntries(Object.entries(I.value).filter(([t])=>!e.
includes(t)))}function nr(e){let{family:t}=K(T.value.provider,T.value.model),n=mt(e);Je(n.find(o=>o.family===t)??n[0])}function Je(e){
z({provider:e.provider,model:e.id,steps:e.features.steps.default,guidanceScale:e.features.guidanceScale?.default??"",...dn(
T.value,e)})}function or(e){let t=K(e.provider,e.model);t&&Je(t);let{prompt:n,negativePrompt:o="",width:i,height:r,seed:a,
steps:l,guidanceScale:d}=e,p={prompt:n,negativePrompt:o,width:i,height:r,seed:a??""};z(t?{...p,steps:l,...d===void 0?{}:
{guidanceScale:d}}:p)}function kt(e){let t=K(e.provider,e.model),{guidanceScale:n,negativePrompt:o}=t.features,i={provider:e.
provider,model:e.model,prompt:e.prompt,negativePrompt:o?e.negativePrompt:"",width:Ve(e.width),height:Ve(e.height),steps:Ve(
e.steps),guidanceScale:n?Ve(e.guidanceScale):"",seed:Ve(e.seed)};return Object.fromEntries(Object.entries(i).filter(([r,
a])=>r==="prompt"||a!==""))}function Ve(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:
Number(t)}function rr(e){let t=kt(e);return Array.from({length:Number(e.count)||1},(n,o)=>Number.isInteger(t.seed)&&o?{...t,
seed:Math.min(Yo,t.seed+o)}:t)}function ir(e,t,n){let{steps:o,guidanceScale:i}=e.features,r={provider:e.provider,model:e.
id,steps:o.default,guidanceScale:i?.default??""};return kt({...t,...r,...dn(t,e),seed:n})}function Xe(){return crypto.getRandomValues(
new Uint32Array(1))[0]%(Yo+1)}function sr({onClose:e}){return c`
    <${ee} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${x.value.providers.map(t=>c`<${ar} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${c`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${t.requiresAuth?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Option\
al: without one there is less to use")} />`)}
        <${ar} name="access" header="Authorization" label=${s("Easel key")}
          hint=${xe()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${Go} />
        <label class="check">
          <input type="checkbox" checked=${ke.value} onChange=${t=>uo(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${co}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function ar({name:e,header:t,label:n,hint:o,beside:i}){let r=`token-${e}`,a=l=>{lo(e,l.target.value),pn([t])};return c`
    <${X} id=${r} label=${n} hint=${o} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${A.value[e]??""} onInput=${a} />
    <//>
  `}var lr=[{id:"curl",name:"curl",write:yi},{id:"python",name:"Python · httpx",write:bi},{id:"openai",name:"Python · OpenA\
I SDK",write:wi,feature:"openai"},{id:"javascript",name:"JavaScript",write:ki}];function hn(e){return _t(e)?"your-easel-\
key":`your-${e}-token`}function mn({provider:e}){if(_t(e))return{Authorization:`Bearer ${hn(e)}`};let t=G(e);return t?.requiresAuth?
{[t.authHeader]:hn(e)}:{}}function yi(e,t){let n=r=>`'${r.replaceAll("'","'\\''")}'`,o={...mn(e),"Content-Type":"applica\
tion/json"};return[`curl -L ${n(`${t}/api/generate`)}`,...Object.entries(o).map(([r,a])=>`-H ${n(`${r}: ${a}`)}`),`-d ${n(
JSON.stringify(e))}`].join(` \\
  `)}function xt(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let n=Object.entries(e).map(([o,i])=>`${t}\
    ${JSON.stringify(o)}: ${xt(i,`${t}    `)},
`);return n.length?`{
${n.join("")}${t}}`:"{}"}function bi(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${xt(mn(e),"    ")},
    json=${xt(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
told = answer.json()
while told.get("status") in ("queued", "running"):  # it takes longer than one call may
    told = httpx.get(f"${t}/api/jobs/{told['jobId']}", params={"wait": 20}, timeout=60).json()
print(told["imageDetails"]["url"] if "imageDetails" in told else told["error"])
`}function wi(e,t){let{provider:n,model:o,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(hn(n))})
answer = client.images.generate(
    model=${JSON.stringify(`${n}/${o}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${xt(l,"    ")},
)
print(answer.data[0].url)
`}function ki(e,t){let n=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),o={...mn(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${n(o)},
  body: JSON.stringify(${n(e)}),
});
let told = await answer.json();
while (["queued", "running"].includes(told.status)) { // it takes longer than one call may
  told = await (await fetch(\`${t}/api/jobs/\${told.jobId}?wait=20\`)).json();
}
console.log(told.imageDetails?.url ?? told.error);
`}function St({id:e,request:t}){let n=lr.filter(({feature:a})=>!a||ht(a)),[o,i]=W(n[0].id),r=n.find(a=>a.id===o).write(t,location.
origin);return c`
    <div class="code">
      <div class="code-head">
        <${Xo} id=${e} label=${s("Programming language")} tabs=${n} value=${o} onChoose=${i} />
        <${Ge} text=${r} label=${s("Copy")} />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${o}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var te=_(null),Ae=_(null),ur=e=>!te.value||e.group===te.value,cr=Q(()=>D.value.filter(ur).reverse()),Ct=Q(()=>ae.value.filter(
ur));function fr({values:e,onRefused:t,onClose:n}){let o=u=>`${u.provider} ${u.id}`,i=x.value.models.filter(u=>Se(u.provider)),
[r,a]=W(()=>new Set(i.map(o))),l=u=>a(m=>{let h=new Set(m);return h.delete(o(u))||h.add(o(u)),h}),d=()=>{let u=e.seed===
""?Xe():e.seed,m=i.filter(f=>r.has(o(f))),h=pt();Pe(m.map(f=>ir(f,e,u)),{group:h,onRefused:t}),te.value=h,n()},p=e.prompt.
trim();return c`
    <${ee} title=${s("Same prompt on several models")} onClose=${n}>
      <p class="quote">${p||s("Write a prompt first.")}</p>
      <p class="hint">${s("Same size and seed for all; steps and guidance are each model's own. Each picture counts at i\
ts provider.")}</p>
      <div class="models">
        ${x.value.providers.map(u=>c`
          <fieldset key=${u.id}>
            <legend>${u.name}</legend>
            ${Se(u.id)?"":c`<p class="hint">${s("{provider} needs a token of yours.",{provider:G(u.id).name})}</p>`}
            ${x.value.models.filter(m=>m.provider===u.id).map(m=>c`
              <label key=${m.id} class="check">
                <input type="checkbox" disabled=${!Se(u.id)} checked=${r.has(o(m))} onChange=${()=>l(m)} />
                <span>${m.name}</span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${n}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!p} onClick=${d}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}var _n=_(!1),vn=_(!1);function dr(e){I.value={...I.value,[e.field]:e.message}}function hr({onTokens:e}){let t=T.value,n=K(
t.provider,t.model),o=I.value;H(()=>{document.querySelector(".request [aria-invalid]")?.focus()},[o]);let i=a=>{a?.preventDefault(),
Pe(rr(t),{onRefused:dr}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(".gallery").scrollIntoView()};
return c`
    <form class="request" onSubmit=${i} onKeyDown=${a=>{a.key==="Enter"&&(a.ctrlKey||a.metaKey)&&i(a)}} noValidate aria-label=${s(
"Picture")}>
      <${xi} model=${n} />
      <${Si} model=${n} />
      <${Ci} model=${n} />
      <div class="knobs">
        <${pr} name="steps" label=${s("Steps")} limits=${n.features.steps} step="1" />
        ${n.features.guidanceScale&&c`<${pr} name="guidanceScale" label=${s("Guidance")} limits=${n.features.guidanceScale} step="0.1" />`}
        <${Mi} />
        <${Ei} />
      </div>
      <${Oi} onTokens=${e} />
      <${Vo} />
      <div class="go">
        <button type="submit" class="primary large">${s("Generate")}<kbd aria-hidden="true">Ctrl ↵</kbd></button>
        <div class="buttons">
          <button type="button" onClick=${()=>{_n.value=!0}}><${$} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{vn.value=!0}}><${$} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${vn.value&&c`
        <${ee} title=${s("Code of this call")} onClose=${()=>{vn.value=!1}}><${St} id="form-code" request=${kt(t)} /><//>`}
      ${_n.value&&c`<${fr} values=${t} onRefused=${dr} onClose=${()=>{_n.value=!1}} />`}
    </form>
  `}function xi({model:e}){let{prompt:t,negativePrompt:n}=T.value,o=I.value;return c`
    <${X} id="prompt" label=${s("Prompt")} error=${o.prompt} beside=${c`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows="4" value=${t} placeholder=${s("What should be in the picture?")} ...${me("prompt",o.prompt)}
        onInput=${i=>z({prompt:i.target.value})}></textarea>
    <//>
    ${e.features.negativePrompt&&c`
      <${X} id="negativePrompt" label=${s("Not in the picture")} error=${o.negativePrompt}>
        <textarea id="negativePrompt" rows="2" value=${n} placeholder=${s("low quality, blurry")} ...${me("negativePromp\
t",o.negativePrompt)}
          onInput=${i=>z({negativePrompt:i.target.value})}></textarea>
      <//>
    `}
  `}function Si({model:e}){let t=I.value,n=ao(e).map(r=>we({provider:r.provider}).provider),i=[s("usually {time}",{time:J(
e.typicalSeconds)}),s("family {family}",{family:e.family}),n.length?s("also at {providers}",{providers:n.join(", ")}):"",
e.features.negativePrompt?"":s("no negative prompt"),e.features.guidanceScale?"":s("no guidance")].filter(Boolean).join(
" · ");return c`
    <${cn} name="provider" label=${s("Provider")} options=${x.value.providers} value=${e.provider} onChoose=${nr} />
    <${X} id="model" label=${s("Model")} error=${t.model??t.provider} hint=${i}>
      <select id="model" value=${e.id} ...${me("model",t.model,i)}
        onChange=${r=>Je(K(e.provider,r.target.value))}>
        ${mt(e.provider).map(r=>c`<option key=${r.id} value=${r.id} selected=${r.id===e.id}>${r.name}</option>`)}
      </select>
    <//>
  `}function Ci({model:e}){let{width:t,height:n}=T.value,o=Zo(e).map(u=>({...u,id:u.name,shape:u})),i=o.find(u=>fn(T.value,
u)),r=u=>{let m=o.find(h=>h.id===u);z({width:m.width,height:m.height})},a=I.value,l=a.width??a.height,d=e.sizes.only?s("\
This model makes these sizes only"):s("{min} to {max} pixels a side",e.sizes),p=(u,m)=>c`
    <input id=${u} aria-label=${m} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${T.value[u]} readOnly=${!!e.sizes.only} ...${me("width",a[u],d)}
      onInput=${h=>z({[u]:h.target.value})} />`;return c`
    <${X} id="width" label=${s("Size")} error=${l} hint=${d}>
      <${cn} name="ratio" label=${s("Aspect ratio")} options=${o} value=${i?.id} onChoose=${r} />
      <div class="sides">
        ${p("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} onClick=${()=>z({width:n,height:t})}><${$} name="swap" /></button>
        ${p("height",s("Height"))}
      </div>
    <//>
  `}function pr({name:e,label:t,limits:n,step:o}){let i=T.value[e],r=I.value[e],a=l=>z({[e]:l.target.value});return c`
    <${X} id=${e} label=${t} error=${r} beside=${c`<span class="hint">${n.min} – ${n.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} />
        <input id=${e} type="number" inputmode="decimal" min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} ...${me(
e,r)} />
      </div>
    <//>
  `}function Mi(){let{seed:e}=T.value,t=I.value.seed,n=e!=="";return c`
    <${X} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${me("seed",t)}
          onInput=${o=>z({seed:o.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>z(
{seed:Xe()})}><${$} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(n)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>z({seed:n?"":Xe()})}><${$} name=${n?"locked":"open"} /></button>
      </div>
    <//>
  `}function Ei(){return c`
    <${X} id="count" label=${s("Pictures")}>
      <select id="count" value=${T.value.count} onChange=${e=>z({count:Number(e.target.value)})}>
        ${Array.from({length:Qo},(e,t)=>c`<option key=${t} value=${t+1} selected=${T.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function Oi({onTokens:e}){let t=G(T.value.provider),n=A.value&&(I.value[t.authHeader]??I.value.Authorization);if(Se(
t.id)&&!n)return null;let o=xe()?s("This Easel needs a key of yours."):s("{provider} needs a token of yours.",{provider:t.
name});return c`
    <div class="notice" role=${n?"alert":void 0}>
      <p>${n??o}</p>
      <button type="button" onClick=${e}><${$} name="key" /> ${s("Enter a token")}</button>
    </div>
  `}var _r=_(Date.now()),mr;L(()=>{clearInterval(mr),yt.value.length&&(mr=setInterval(()=>{_r.value=Date.now()},500))});function vr({
job:e}){let t=we(e.asked),n=e.asked.scale?s("Upscaling"):t.model,o=Math.min(2,Math.max(1,e.asked.width/e.asked.height||1));
return c`
    <article class=${`job ${e.state}`} style=${{aspectRatio:o}} aria-label=${`${n}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${n}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?c`<${Pi} job=${e} />`:c`<${Ti} job=${e} />`}
      </div>
    </article>
  `}function Pi({job:e}){let{message:t,code:n,retryAfter:o}=e.error;return c`
    <p class="error">${t}</p>
    ${o>0&&c`<p class="hint">${s("Try again in {time}",{time:J(o)})}</p>`}
    <div class="buttons">
      <button type="button" onClick=${()=>Wo(e.key)}><${$} name="again" /> ${s("Try again")}</button>
      <button type="button" class="quiet" onClick=${()=>se(e.key)}>${s("Dismiss")}</button>
      <code>${n}</code>
    </div>
  `}function Ti({job:e}){let{text:t,share:n}=Ai(e,_r.value);return c`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${n===null?{}:{value:n,max:1}}></progress>
    ${e.tooLate?c`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>se(e.key)}>${s("Do not wait for it")}</button>`:c`<button type="button" class="quiet" onClick=${()=>Fo(
e.key)}>${s("Cancel")}</button>`}
  `}function Ai(e,t){let{queuePosition:n,etaSeconds:o,percent:i}=e.progress??{},r=o===void 0?"":s("about {time} left",{time:J(
o)});if(i!==void 0)return{text:$n(`${i} %`,r),share:i/100};if(n!==void 0)return{text:$n(s("in the provider's queue: {n}",
{n}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=K(e.asked.provider,e.asked.model)?.typicalSeconds??
20,d=s("{time}, usually {usual}",{time:J(a),usual:J(l)});return{text:$n(d,r),share:Math.min(.95,a/l)}}function $n(...e){
return e.filter(Boolean).join(" · ")}var gn=_(!1),$r=60,yn=_($r);function gr(){let e=Ct.value,t=cr.value,n=te.value,o=()=>vt(e.map(i=>i.id));return c`
    <section class="gallery" aria-label=${s("Pictures")}>
      <div class="gallery-head">
        <h2>${n?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${n&&c`<button type="button" onClick=${()=>{te.value=null}}><${$} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&c`
            <button type="button" onClick=${()=>Ao(e)}><${$} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{gn.value=!0}}><${$} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${Ke.value&&c`<p class="notice">${s(Ke.value)}</p>`}
      ${!e.length&&!t.length&&c`<${Di} />`}
      <ul class=${n?"grid comparing":"grid"}>
        ${t.map(i=>c`<li key=${i.key}><${vr} job=${i} /></li>`)}
        ${e.slice(0,yn.value).map(i=>c`<li key=${i.id}><${Ni} picture=${i} /></li>`)}
      </ul>
      ${e.length>yn.value&&c`
        <button type="button" class="more" onClick=${()=>{yn.value+=$r}}>${s("Show more")}</button>`}
      ${gn.value&&c`
        <${Jo} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${o} onClose=${()=>{gn.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function Ni({picture:e}){let{details:t,asked:n}=e,[o,i]=t.dimensions.split(" x ").map(parseFloat);return c`
    <button type="button" class="tile" onClick=${()=>{Ae.value=e.id}}>
      <img src=${Ee(e)} alt=${n.prompt??""} width=${o} height=${i} loading="lazy" decoding="async" />
      <span class="caption"><b>${t.model}</b> <span>${t.provider} · ${t.duration}</span></span>
    </button>
  `}function Di(){return c`
    <div class="empty">
      <svg viewBox="0 0 120 96" aria-hidden="true"><path d="M60 6v12M42 66 30 92M78 66l12 26M60 66v20" /><rect x="22" y="18" width="76" height="48" rx="4" /><path d="m32 56 18-20 14 14 9-9 15 15" /><circle cx="76" cy="32" r="4" /></svg>
      <p>${s("Nothing here yet. Describe a picture, and it appears here.")}</p>
    </div>
  `}function yr(){let e=Ct.value,t=e.findIndex(o=>o.id===Ae.value);if(t<0)return null;let n=o=>{e[o]&&(Ae.value=e[o].id)};return c`<${Li} key="viewer" picture=${e[t]} onStep=${o=>n(
t+o)} first=${t===0} last=${t===e.length-1} />`}function Li({picture:e,onStep:t,first:n,last:o}){let[i,r]=W(!1);H(()=>r(
!1),[e.id]),H(()=>{let p=u=>{u.target.closest("input, textarea, select, [role=tablist], pre")||(u.key==="ArrowRight"&&t(
1),u.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",p),()=>document.removeEventListener("keydown",
p)});let a=()=>{Ae.value=null},{asked:l,details:d}=e;return c`
    <${ee} title=${`${d.model}, ${d.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${Ee(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${$} name="back" /></button>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${$} name="arrow" /></button>
          </nav>
          <${ji} picture=${e} close=${a} />
          <${Ui} picture=${e} />
          ${l.scale?null:c`<h3>${s("Code")}</h3><${St} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function ji({picture:e,close:t}){let{asked:n,details:o}=e,i={...n,seed:o.seed},{seed:r,...a}=n,l=d=>()=>{t(),d()};return c`
    <div class="buttons actions">
      <button type="button" onClick=${()=>To(e)}><${$} name="download" /> ${s("Download")}</button>
      ${n.scale?null:c`
        <button type="button" onClick=${l(()=>or(i))}><${$} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>Pe([a]))}><${$} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(d=>c`
        <button key=${d} type="button" onClick=${l(()=>zo(e,d))}><${$} name="enlarge" /> ${s("Upscale {scale}×",{scale:d})}</button>`)}
      ${e.group&&c`
        <button type="button" onClick=${l(()=>{te.value=e.group})}><${$} name="grid" /> ${s("Show the comparison")}</button>`}
      <${Ge} text=${new URL(he(e.url),location.href).href} label=${s("Copy link")} />
      <${Ge} text=${JSON.stringify(on(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>vt([e.id]))}><${$} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function Ui({picture:e}){let{asked:t,details:n,format:o,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
"Size"),r,n.dimensions],[s("Seed"),t.seed??s("random"),n.seed],[s("Steps"),t.steps??"",n.steps],[s("Guidance"),t.guidanceScale??
"",""],[s("Time"),"",n.duration],[s("Format"),"",o]],l=t.scale?[[s("Scale"),`${t.scale}×`,n.dimensions],...a.slice(4)]:
a;return c`
    <p class="quote">${t.prompt}</p>
    ${t.negativePrompt&&c`<p class="hint">${s("Not in the picture")}: ${t.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${s("Asked")}</th><th scope="col">${s("Obtained")}</th></tr></thead>
      <tbody>
        ${l.filter(([,d,p])=>d!==""||p!=="").map(([d,p,u])=>c`<tr key=${d}><th scope="row">${d}</th><td>${p}</td><td>${u}</td></tr>`)}
      </tbody>
    </table>
    ${i.length>0&&c`<ul class="warnings">${i.map(d=>c`<li key=${d}>${d}</li>`)}</ul>`}
  `}var Mt=_(location.hash==="#batches"?"batches":"pictures"),bn=_(!1),br=_(!1);window.addEventListener("hashchange",()=>{Mt.
value=location.hash==="#batches"?"batches":"pictures"});function Ri(){if(H(()=>{document.title=Mt.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),Be.value)return c`<${zi} />`;if(!br.value)return c`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{bn.value=!0};return c`
    <${Ii} onTokens=${e} />
    <main>
      ${Mt.value==="batches"?c`<${Ro} onTokens=${e} />`:c`<div class="pictures"><${hr} onTokens=${e} /><${gr} /></div>`}
    </main>
    <p class="hidden" role="status">${bt.value}</p>
    <${yr} />
    ${bn.value&&c`<${sr} onClose=${()=>{bn.value=!1}} />`}
  `}function Ii({onTokens:e}){let t=(o,i,r)=>c`<a href=${i} aria-current=${Mt.value===o?"page":void 0}>${r}</a>`,n=Ce.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return c`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${ht("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${$} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${n.lang} onClick=${()=>ho(n.id)}>${n.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(ie.value)} aria-label=${s("Dark")} onClick=${ro}><${$} name=${ie.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function zi(){return c`
    <main class="empty" role="alert">
      <p>${s("Easel does not answer: {reason}",{reason:Be.value})}</p>
      <button type="button" class="primary" onClick=${wr}>${s("Try again")}</button>
    </main>
  `}async function wr(){await Promise.all([io(),Co()]),x.value&&(tr(),br.value=!0,Io(),vo(),Ko())}Ln(c`<${Ri} />`,document.
getElementById("app"));wr();
