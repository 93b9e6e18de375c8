var y,An,Ut,ae,Rt,ot,Nn,tt,Dn,zt,jt,Wr,Le=Symbol.for("pv"),rt={},it=[],Gr=/^m(i|n|o|s|text|space)$/,Bt=Array.isArray,Ht=it.
slice,_e=Object.assign;function me(e){e&&e.parentNode&&e.remove()}function at(e,t,n){var o,i,r,a={},l=arguments.length;for(r in t)
r=="key"?o=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?Ht.call(arguments,2):n),Ie(e,
a,o,i,null)}function Ie(e,t,n,o,i){var r={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Le,__v:i||
++An,__i:-1,__u:0};return!i&&y.vnode&&y.vnode(r),r}function ve(e){return e.children}function ye(e,t){this.props=e,this.context=t,this.__g=0}function se(e,t){if(t==null)return e.
__&&se(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||
e.props.__P?null:se(e)}function Kr(e){var t,n=e.__v,o=n.__e,i=[],r=[],a=e.__P;a&&((t=_e({constructor:Le},n)).__v=n.__v+1,
y.vnode&&y.vnode(t),Ft(a,t,n,e.__n,a.namespaceURI,32&n.__u?[o]:null,i,o||se(n),32&n.__u,r),t.__v=n.__v,t.__.__k[t.__i]=t,
zn(i,t,r),n.__=n.__e=null,t.__e!=o&&In(t))}function In(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),In(e)}function On(e){(8&e.__g||(e.__g|=8,ae.push(e),ot++))&&Rt==y.debounceRendering||
((Rt=y.debounceRendering)||queueMicrotask)(Ln)}function Ln(){try{for(var e,t=1;ae.length;)ae.length>t&&ae.sort(Nn),e=ae.
shift(),t=ae.length,8&e.__g&&Kr(e)}finally{(ot=ae.length)&&(Rt||queueMicrotask)(Ln)}}function Rn(e,t,n,o,i,r,a,l,d,p,c){
var h,m,f,$,O,b,S=o.__k||it,g=t.length;for(d=Vr(n,t,S,d,g),h=0;h<g;h++)(f=n.__k[h])!=null&&(m=~f.__i&&S[f.__i]||rt,f.__i=
h,b=Ft(e,f,m,i,r,a,l,d,p,c),$=f.__e,(m.ref!=f.ref||8&m.__u)&&(m.ref&&qt(m.ref,null,f,m),f.ref&&c.push(f.ref,f.__c||$,f)),
O=O||$,4&f.__u?(d=jn(f,d,e,!m.__v),m.__e&&(m.__e=null)):typeof f.type=="function"&&b!==void 0?d=b:$&&(d=$.nextSibling),f.
__u&=-21);return n.__e=O,d}function Vr(e,t,n,o,i){var r,a,l,d,p,c,h,m,f,$=n.length,O=$,b=0,S=0,g=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=g[r]=Ie(null,
a):Bt(a)?a=g[r]=Ie(ve,{children:a}):a.constructor===Le&&a.__b?a=g[r]=Ie(a.type,a.props,a.key,a.ref,a.__v):g[r]=a,d=r+b,a.
__=e,a.__b=e.__b+1,l=null,~(p=a.__i=Jr(a,n,d,O))&&(O--,(l=n[p])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,p==d-1?b--:p==d+1?b++:p!=
d&&(p>d?b--:b++,S=1)):(~p||(i>$?b--:i<$&&b++),typeof a.type!="function"&&(a.__u|=4))):g[r]=null;if(S){for(c=[],h=[],r=0;r<
i;r++)if((a=g[r])&&16&a.__u){for(b=0,m=c.length;b<m;)c[f=b+m>>1]<a.__i?b=f+1:m=f;c[b]=a.__i,h[r]=b+1}for(b=c.length;r--;)
h[r]&&(h[r]==b?b--:g[r].__u|=4)}if(O)for(r=0;r<$;r++)!(l=n[r])||2&l.__u||(l.__e==o&&(o=se(l)),Wt(l,l));return o}function jn(e,t,n,o){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=jn(
i[r],t,n,!1));return t}for(t&&!t.parentNode&&(t=se(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!o&&n.moveBefore&&a.parentNode?n.moveBefore(a,t):n.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Jr(e,t,n,o){var i,r=e.key,a=e.type,l=t[n],d=l&&!(2&l.__u);if(l===null&&r==null||d&&r==l.key&&a==l.type)return n;
if(o>(d?1:0)){for(i=n-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=n+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function Pn(e,t,n){n==null&&(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}
function et(e,t,n,o,i){var r,a;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||Pn(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||Pn(e.style,t,n[t])}else if(t[0]=="o"&&
t[1]=="n")typeof n!="function"&&(n=null),typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(a=jt[t]||(jt[t]=
Yr(t)),(e.__a||(e.__a={}))[t]=zt,r=t!=(t=t.replace(Dn,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),n?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function Yr(e){return function(t){var n=this.
__e;if(n){if(n=n[e],t[tt]==null)t[tt]=zt++;else if(t[tt]<this.__a[e])return;return n(y.event?y.event(t):t)}}}function Ft(e,t,n,o,i,r,a,l,d,p){
var c,h,m,f,$,O,b,S,g,P,C,Lt,En,Qe,pe,Tn,ie,he,Q=t.type;if(t.constructor!==Le)return null;128&n.__u&&(d=32&n.__u,c=n.__c.
__z)&&(t.__u|=d,h=r=[],c.nodeType==8?l=nt(c,r):r.push(c),l=r[0]||l),(c=y.__b)&&c(t);e:if(typeof Q=="function"){m=a.length;
try{if(S=t.props,g=(c=Q.prototype)&&c.render,P=(c=Q.contextType)&&o[c.__c],C=c?P?P.props.value:c.__:o,(f=n.__c)?(t.__c=f,
2&f.__g&&(f.__g|=1)):(g?t.__c=f=new Q(S,C):(t.__c=f=new ye(S,C),f.constructor=Q,f.render=Xr),P&&P.sub(f),f.state||(f.state=
{}),f.__n=o,f.__g|=8,f.__h=[],f.__k=[]),g&&(f.__s||(f.__s=f.state),Q.getDerivedStateFromProps&&(f.__s==f.state&&(f.__s=_e(
{},f.__s)),_e(f.__s,Q.getDerivedStateFromProps(S,f.__s)))),$=f.props,O=f.state,f.__v=t,n.__c){if(S!==$&&g&&!Q.getDerivedStateFromProps&&
f.componentWillReceiveProps&&f.componentWillReceiveProps(S,C),t.__v==n.__v&&!(8&f.__g)||!(4&f.__g)&&f.shouldComponentUpdate&&
f.shouldComponentUpdate(S,f.__s,C)===!1){t.__v!=n.__v&&(f.props=S,f.state=f.__s,f.__g&=-9),t.__e=n.__e,t.__k=n.__k,t.__k.
some(function(W){W&&(W.__=t)}),it.push.apply(f.__h,f.__k),f.__k=[],f.__h.length&&a.push(f),l=se(n);break e}f.componentWillUpdate&&
f.componentWillUpdate(S,f.__s,C),g&&f.componentDidUpdate&&f.__h.push(function(){f.componentDidUpdate($,O,b)})}else g&&!Q.
getDerivedStateFromProps&&f.componentWillMount&&f.componentWillMount(),g&&f.componentDidMount&&f.__h.push(f.componentDidMount);
f.context=C,f.props=S,f.__P=e,f.__g&=-5,Lt=y.__r,En=g?25:0;do f.__g&=-9,Lt&&Lt(t),c=f.render(f.props,f.state=f.__s,f.context);while(8&
f.__g&&++En<25);g&&(it.push.apply(f.__h,f.__k),f.__k=[]),f.state=f.__s,f.getChildContext&&(o=_e({},o,f.getChildContext())),
g&&n.__c&&f.getSnapshotBeforeUpdate&&(b=f.getSnapshotBeforeUpdate($,O)),Qe=c&&c.type===ve&&c.key==null?c.props.children:
c,S.__P&&(c=l,i=(e=S.__P).namespaceURI,d=r=null,n.props&&n.props.__P!=e&&(n.__k.some(function(W){W&&Wt(W,W)}),n.__k=null),
l=n.__k?se(n,0):null),l=Rn(e,Bt(Qe)?Qe:[Qe],t,n,o,i,r,a,l,d,p),S.__P&&(t.__e=null,l=c),t.__u&=-161,h&&h.some(me),f.__h.length&&
a.push(f),1&f.__g&&(f.__g&=-4)}catch(W){if(a.length=m,t.__v=null,d||r)if(W&&W.then){if(t.__u|=128|d,r){for(~(ie=r.indexOf(
l||void 0))||(ie=r.length);(he=r[ie-1])&&he.nodeType==8;)ie--;for(;ie<r.length;ie++)if(he=r[ie])if(r[ie]=null,pe){if(he==
Tn)break}else{if(he.nodeType!=8)break;he.data.startsWith("$s")&&(Tn=nt(pe=he))}}if(!pe){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;pe=l}(c=nt(pe=t.__c.__z||(t.__c.__z=pe)))?(t.__e=pe,l=c):t.__e=l,l=l&&l.nextSibling}else r&&r.some(me);else
t.__e=n.__e;t.__k||(t.__k=n.__k||[]),W&&W.then||Un(t),y.__e(W,t,n)}}else l=t.__e=Zr(n.__e,t,n,o,i,r,a,d,p,e);return(c=y.
diffed)&&c(t),l}function nt(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(e)}}function Un(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(Un))}function zn(e,t,n){for(var o=0;o<n.length;)qt(n[o++],n[o++],n[o++]);y.__c&&y.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){y.__e(r,i.__v)}})}function Zr(e,t,n,o,i,r,a,l,d,p){
var c,h,m,f,$,O,b,S,g=n.props||rt,P=t.props,C=t.type;if(C=="svg"?i="http://www.w3.org/2000/svg":C=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if(($=r[c])&&(C?$.localName==C:
$.nodeType==3)){e=$,r[c]=null;break}}if(!e){if(S=p.ownerDocument||document,!C)return S.createTextNode(P);e=S.createElementNS(
i,C,P.is?P:p),l&&(y.__m&&y.__m(t,r),l=!1),r=null}if(C){if(p=C=="template"&&e.content||e,r=C=="textarea"&&P.defaultValue!=
null?null:r&&Ht.call(p.childNodes),!l&&r)for(g={},c=0;c<e.attributes.length;c++)g[($=e.attributes[c]).name]=$.value;for(c in g)
$=g[c],c=="dangerouslySetInnerHTML"?m=$:c=="children"||c in P||c=="value"&&"defaultValue"in P||c=="checked"&&"defaultChe\
cked"in P||et(e,c,null,$,i);for(c in P)$=P[c],c=="children"?f=$:c=="dangerouslySetInnerHTML"?h=$:c=="value"?O=$:c=="chec\
ked"?b=$:l&&typeof $!="function"||g[c]===$||et(e,c,$,g[c],i);h?(l||m&&(h.__html==m.__html||h.__html==e.innerHTML)||(e.innerHTML=
h.__html),t.__k=[]):(m&&(e.textContent=""),(C=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Gr.test(C))&&(i=
"http://www.w3.org/1999/xhtml"),Rn(p,Bt(f)?f:[f],t,n,o,i,r,a,r?r[0]:n.__k&&se(n,0),l,d),r&&r.some(me)),l&&C!="textarea"||
(c="value",C=="progress"&&O==null?e.removeAttribute(c):O==null||O===e[c]&&(C!="progress"||O)||et(e,c,O,g[c],i),c="checke\
d",b!=null&&b!=e[c]&&et(e,c,b,g[c],i))}else g===P||l&&e.data==P||(e.data=P);return e}function qt(e,t,n,o){try{typeof e==
"function"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
y.__e(i,n)}}function Wt(e,t,n){var o,i,r,a;if(y.unmount&&y.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||qt(o,null,
t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){y.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(a=
0;a<o.length;a++)o[a]&&Wt(o[a],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(i=nt(o,r=[]))&&(o==
e.__e&&r.some(me),me(i),me(o)),n||me(e.__e),e.__e=e.__c=e.__=null}function Xr(e,t,n){return this.constructor(e,n)}function Bn(e,t){
var n,o,i,r;y.__&&y.__(e,t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=Ie(ve,{children:[e]}),
i=[],r=[],Ft(t,t.__k,o||rt,rt,t.namespaceURI,o?null:t.firstChild?Ht.call(t.childNodes):null,i,o?o.__e:t.firstChild,n,r),
zn(i,t.__k,r),t.__k.props.children=null}y={__e:function(e,t,n,o){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,o||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw ot=0,e}},An=0,Ut=function(e){return e!=null&&e.constructor===Le},ye.prototype.setState=function(e,t){
var n=this.__s;n&&n!=this.state||(n=this.__s=_e({},this.state)),typeof e=="function"&&(e=e(_e({},n),this.props)),e&&(_e(
n,e),this.__v&&(t&&this.__k.push(t),On(this)))},ye.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),On(this))},ye.prototype.render=ve,ae=[],ot=0,Nn=function(e,t){return e.__v.__b-t.__v.__b},tt=Symbol(),Dn=/(PointerCapture)$|Capture$/i,
zt=0,jt={},Wr=0;var je,E,Gt,Hn,Kt=Object.is,st=0,Zn=[],Vt=[],M=y,Fn=M.__b,qn=M.__r,Wn=M.diffed,Gn=M.__c,Kn=M.unmount,Vn=M.__;function Yt(e,t){
M.__h&&M.__h(E,e,st||t),st=0;var n=E.__H||(E.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function V(e){
return st=1,Qr(Qn,e)}function Qr(e,t,n){var o=Yt(je++,2);if(o.t=e,!o.__c&&(o.__=[n?n(t):Qn(void 0,t),function(r){var a=(o.
__N||o.__)[0],l=o.t(a,r);Kt(a,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=E,!E.__f)){E.__f=!0;var i=E.shouldComponentUpdate;
E.shouldComponentUpdate=function(r,a,l){var d=this.__H;if(!d)return!0;var p=!1,c=this.props!=r;if(d.__.some(function(m){
m.__N&&(p=!0,Kt(m.__[0],m.__N[0])||(c=!0))}),i){var h=i.call(this,r,a,l);return p?h||c:h}return!p||c}}return o.__}function G(e,t){
var n=Yt(je++,3);!M.__s&&Xn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,E.__H.__h.push(n))}function Zt(e){return st=5,lt(function(){return{current:e}},[])}function lt(e,t){var n=Yt(je++,7);return Xn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function ei(){var e;do{for(;e=Vt.shift();)try{Re(e)}catch(n){M.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=Zn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(Re),t.__h.some(Jt),t.__h=[]}catch(n){t.__h=[],M.__e(n,e.__v)}}}while(Vt.length)}M.__b=function(e){
E=null,Fn&&Fn(e)},M.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Vn&&Vn(e,t)},M.__r=function(e){qn&&qn(e),je=
0;var t=(E=e.__c).__H;t&&(Gt==E?E.__h=[]:(t.__h.some(Re),t.__h.some(Jt),je=0),t.__h=[],t.__.some(function(n){n.__N&&(n.__=
n.__N),n.u=n.__N=void 0})),Gt=E},M.diffed=function(e){Wn&&Wn(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Yn(Zn.push(t)),
t.__H.__.some(function(n){n.u&&(n.__H=n.u)})),Gt=E=null},M.__c=function(e,t){t.some(function(n){try{n.__h.some(Re),n.__h=
n.__h.filter(function(o){return!o.__||Jt(o)})}catch(o){n.__h=[function(){throw o}]}}),Gn&&Gn(e,t)},M.unmount=function(e){
Kn&&Kn(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(i){try{if(i.__P&&i.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||
!n.__c.__P);)n=n.__;n=n&&n.__c}i.__P=n,Yn(Vt.push(i))}else Re(i)}catch(r){t=r}}),o.__H=void 0,t&&M.__e(t,o.__v))};var Jn=typeof requestAnimationFrame==
"function";function ti(e){var t,n=function(){clearTimeout(o),Jn&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);
Jn&&(t=requestAnimationFrame(n))}function Yn(e){e!=1&&Hn==M.requestAnimationFrame||((Hn=M.requestAnimationFrame)||ti)(ei)}
function Re(e){var t=E,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),E=t}function Jt(e){var t=E;e.__c=e.__(),E=t}function Xn(e,t){
return!e||e.length!=t.length||t.some(function(n,o){return!Kt(n,e[o])})}function Qn(e,t){return typeof t=="function"?t(e):
t}var ni=Symbol.for("preact-signals");function dt(){if(ee>1)ee--;else{var e,t=!1;for((function(){var i=ct;for(ct=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();ze!==void 0;){var n=ze;for(ze=
void 0,ut++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&to(n))try{n.c()}catch(i){t||(e=i,t=!0)}n=o}}if(ut=0,ee--,
t)throw e}}function Qt(e){if(ee>0)return e();Xt=++oi,ee++;try{return e()}finally{dt()}}var Ue,x=void 0;function Be(e){var t=x,
n=Ue;x=void 0,Ue=void 0;try{return e()}finally{x=t,Ue=n}}var ze=void 0,ee=0,ut=0,oi=0,Xt=0,ct=void 0,ft=0;function eo(e){
if(x!==void 0){var t=e.n;if(t===void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&
(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.
s,t.n=void 0,x.s.n=t,x.s=t),t}}function T(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}T.prototype.brand=ni;T.prototype.h=function(){return!0};T.prototype.S=function(e){
var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:Be(function(){var o;(o=t.W)==null||o.call(t)}))};
T.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=
n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&Be(function(){var i;(i=t.Z)==null||i.call(t)}))}};T.prototype.subscribe=
function(e){var t=this;return B(function(){var n=t.value;Be(function(){return e(n)})},{name:"sub"})};T.prototype.valueOf=
function(){return this.value};T.prototype.toString=function(){return this.value+""};T.prototype.toJSON=function(){return this.
value};T.prototype.peek=function(){var e=this;return Be(function(){return e.value})};Object.defineProperty(T.prototype,"\
value",{get:function(){var e=eo(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(ut>100)throw new Error(
"Cycle detected");(function(n){ee!==0&&ut===0&&n.l!==Xt&&(n.l=Xt,ct={S:n,v:n.v,i:n.i,o:ct})})(this),this.v=e,this.i++,ft++,
ee++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{dt()}}}});function _(e,t){return new T(e,t)}function to(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function no(e){for(var t=e.s;t!==void 0;t=t.n){
var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function oo(e){for(var t=e.s,n=void 0;t!==
void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=o}e.s=n}function $e(e,t){T.call(this,void 0,t),this.x=e,this.s=void 0,this.g=ft-1,this.f=4}$e.prototype=new T;$e.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===ft))return!0;if(this.g=ft,this.f|=
1,this.i>0&&!to(this))return this.f&=-2,!0;var e=x;try{no(this),x=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return x=e,oo(this),this.f&=-2,!0};$e.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}T.prototype.S.call(this,e)};$e.prototype.
U=function(e){if(this.t!==void 0&&(T.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};$e.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
$e.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=eo(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function te(e,t){return new $e(e,t)}function ro(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){ee++;var n=x;x=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,en(e),o}finally{x=n,dt()}}}function en(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,ro(e)}function ri(e){if(x!==this)throw new Error("Out-of-o\
rder effect");oo(this),x=e,this.f&=-2;try{8&this.f&&en(this)}finally{dt()}}function be(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Ue&&Ue.push(this)}be.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};be.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,ro(this),no(this),ee++;var e=x;return x=this,ri.bind(this,e)};be.
prototype.N=function(){2&this.f||(this.f|=2,this.u=ze,ze=this)};be.prototype.d=function(){this.f|=8,1&this.f||en(this)};
be.prototype.dispose=function(){this.d()};function B(e,t){var n=new be(e,t);try{n.c()}catch(i){throw n.d(),i}var o=n.d.bind(
n);return o[Symbol.dispose]=o,o}var io,ht,pt,ii=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var ao=[];B(function(){io=this.N})();function we(e,t){y[e]=t.bind(null,y[e]||function(){})}function He(e){if(pt){var t=pt;
pt=void 0,t()}pt=e&&e.S()}function so(e){var t=this,n=e.data,o=si(n);o.name="ReactiveDom",o.value=n;var i=lt(function(){
for(var l=t,d=t.__v;d=d.__;)if(d.__c){d.__c.__$f|=4;break}var p=te(function(){var f=o.value.value;return f===0?0:f===!0?
"":f||""}),c=te(function(){return!Array.isArray(p.value)&&!Ut(p.value)}),h=B(function(){if(this.N=lo,c.value){var f=p.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=f)}}),m=t.__$u.d;return t.__$u.d=function(){h(),m.call(this)},
[c,p]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}so.displayName="ReactiveTextNode";Object.defineProperties(T.prototype,
{constructor:{configurable:!0,value:at(ve,null).constructor},type:{configurable:!0,value:so},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});we("__b",function(e,t){if(He(),ht=
void 0,typeof t.type=="string"){var n,o=t.props;for(var i in o)if(i!=="children"){var r=o[i];r instanceof T&&(n||(t.__np=
n={}),n[i]=r,o[i]=r.peek())}}e(t)});we("__r",function(e,t){if(e(t),t.type!==ve){He();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===
void 0&&(o.__$u=n=(function(i,r){var a;return B(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
ii&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(o),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),ht=o,He(n)}});we("__e",function(e,t,n,o){He(),ht=void 0,e(t,n,o)});we("diffed",function(e,t){He(),ht=void 0;var n;
if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,i=t.props,r=n.U;if(r)for(var a in r){var l=r[a];l===void 0||o&&a in o||
(l.d(),r[a]=void 0)}if(o){r||(r={},n.U=r);for(var d in o){var p=r[d],c=o[d];p===void 0?(p=ai(n,d,c,i),r[d]=p):p.o(c,i)}}}
e(t)});function ai(e,t,n,o){var i=t in e&&e.ownerSVGElement===void 0,r=_(n);return{o:function(a,l){r.value=a,o=l},d:B(function(){
this.N=lo;var a=r.value.value;o[t]!==a&&(o[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}we("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var i in o){
var r=o[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var d in a)l[d]=a[d]}t.__np=void 0}else{var p=t.__c;if(p){p.__$f|=
8;var c=p.__$u;c&&(p.__$u=void 0,c.d())}}e(t)});we("__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});ye.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(o||r||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function si(e,t){return lt(function(){return _(e,t)},[])}var li=function(e){queueMicrotask(function(){queueMicrotask(e)})};function ui(){Qt(function(){for(var e;e=ao.shift();)io.call(e)})}function lo(){ao.push(this)===1&&(y.requestAnimationFrame||
li)(ui)}function R(e,t,n="localStorage"){try{let o=window[n].getItem(`easel.${e}`);return o===null?t:JSON.parse(o)}catch{return t}}
function H(e,t,n="localStorage"){try{t===void 0?window[n].removeItem(`easel.${e}`):window[n].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var tn=window.matchMedia("(prefers-color-scheme: dark)"),uo=R("appearance",null),le=_(uo?uo==="dark":tn.matches);function nn(){
document.documentElement.dataset.theme=le.value?"dark":"light"}tn.addEventListener("change",()=>{R("appearance",null)||(le.
value=tn.matches,nn())});nn();function co(){le.value=!le.value,H("appearance",le.value?"dark":"light"),nn()}var ue=class extends Error{constructor(t,n,o){super(n?.error??n?.message??`HTTP ${t}`),this.status=t,this.code=n?.code??
"",this.field=n?.details?.field??"",this.retryAfter=Number(o?.get("Retry-After"))||n?.details?.retryAfter||0}get passing(){
return this.status===0||this.status===503}};async function j(e,t,{body:n,headers:o={},text:i}={}){let r={...o};n!==void 0&&
(r["Content-Type"]="application/json");let a;try{a=await fetch(t,{method:e,headers:r,body:i??(n===void 0?void 0:JSON.stringify(
n))})}catch{throw new ue(0,{error:"The network failed. Is Easel running?"})}let l=await a.json().catch(()=>null);if(!a.ok&&
a.status!==304)throw new ue(a.status,l,a.headers);return{status:a.status,body:l,headers:a.headers}}async function ke(e,t){
return(await j("GET",e,{headers:t})).body}function J(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/a\
pi/images/")?t:e}function mt(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,
"0")).join("")}function xe(e){return new Promise(t=>setTimeout(t,e*1e3))}var w=_(null),Fe=_("");async function fo(){try{let[e,{providers:t},{models:n,fields:o}]=await Promise.all([ke("/api"),ke(
"/api/providers"),ke("/api/models")]),{features:i,access:r,picturesNeedKey:a,version:l}=e;w.value={providers:t,models:n,
fields:o,features:i,access:r,picturesNeedKey:a,version:l},Fe.value=""}catch(e){Fe.value=e.message}}function _t(e){return w.
value.features.includes(e)}function Y(e){return w.value.providers.find(t=>t.id===e)}function vt(e){return w.value.models.
filter(t=>t.provider===e)}function L(e,t){return w.value.models.find(n=>n.provider===e&&n.id===t)}function Se({provider:e,
model:t}){return{provider:Y(e)?.name??e,model:L(e,t)?.name??t}}function po(e){return w.value.models.filter(t=>t.family===
e.family&&t.provider!==e.provider)}var ho=R("credentials",null),Ce=_(ho!==null),I=_(ho??R("credentials",{},"sessionStorage")),ci=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function mo(e,t){I.value={...I.value,[e]:t.replace(ci,"")},on()}function _o(e){Ce.value=e,on()}function vo(){I.value={},
Ce.value=!1,on()}function on(){let e=Object.fromEntries(Object.entries(I.value).filter(([,t])=>t));H("credentials",Ce.value?
e:void 0),H("credentials",Ce.value?void 0:e,"sessionStorage")}function Me(){return w.value.access==="keys"}function ce(e){
let{[e]:t,access:n}=I.value;return!!(n||!Me()&&(t||!Y(e).requiresAuth))}function $t(e){let{[e]:t,access:n}=I.value;return Me()||
!!(n&&!t)}function $o(e){let t=I.value[e];return{...$t(e)?U():{},...t?{[Y(e).authHeader]:t}:{}}}function qe(){return w.value.
picturesNeedKey?U():{}}function U(){let{access:e}=I.value;return e?{Authorization:`Bearer ${e}`}:{}}var fi=100,go=20,di=3,yo=["succeeded","failed","cancelled"],gt=class{#t;#n;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#o=0;constructor(t,n){
this.#t=t,this.#n=n}isOf(t){return this.#n===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:n})=>yo.
includes(n)))}get more(){return this.#e.length===go&&!!this.#e.at(-1).next}async look(t=!1){let n=this.#e.filter(({settled:o})=>!o);
for(let o of n.sort((i,r)=>i.asked-r.asked).slice(0,di))await this.#r(o,t);return n.length>0}async#r(t,n){let o=`/api/ba\
tches/${this.#t}/results?limit=${fi}&cursor=${t.cursor}`,{body:i}=await j("GET",o,{headers:U()});t.asked=++this.#o,t.lines=
i.results,t.settled=n||i.results.length>0&&i.results.every(({status:r})=>yo.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<go&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var bo={"1 line is wrong: see it":"1 行有错：查看","A file of prompts becomes pictures overnight: a CSV with a hea\
der, or JSON Lines with one request a line.":"一个提示词文件，一夜之间变成图片：带表头的 CSV，或每行一个请求的 JSON Lines。",
"Again with this":"照此再来","All pictures":"全部图片",Asked:"请求","Aspect ratio":"宽高比",Batches:"批量",
"Batches that you start here are listed here.":"在这里启动的批量任务会列在这里。","Calls this minute":"本\
分钟调用",Cancel:"取消","Cancel the batch":"取消批量任务",Cancelled:"已取消","Choose a file":"选择文件",
Close:"关闭",Code:"代码","Code of this call":"本次调用的代码","Compare models":"比较模型",Comparison:"比较",
Completed:"已完成",Copied:"已复制",Copy:"复制","Copy link":"复制链接","Copy parameters":"复制参数",Dark:"\
深色",Dismiss:"关闭提示","Do not wait for it":"不再等待",Done:"完成",Download:"下载","Download all":"全部下载",
"Easel does not answer: {reason}":"Easel 没有响应：{reason}","Easel key":"Easel 密钥","Enter a token":"填写令牌",
"Enter the key":"填写密钥",Failed:"失败","Failed lines":"失败的行","First lines":"前几行","Forget all":"全部清\
除",Format:"格式",Generate:"生成","Generate {n} pictures":"生成 {n} 张图片","Get one":"获取",Guidance:"引导强度",
Height:"高","It has begun, so its provider finishes it.":"任务已经开始，服务商会把它完成。","Keep the s\
eed":"锁定种子","Keep them on this device, also after the tab is closed":"保存在本设备上，关闭标签页后仍保留",
"Lets you use the tokens of this Easel, and run batches":"可使用本 Easel 的令牌，并运行批量任务",Line:"行",
"Line {n}":"第 {n} 行","Loading…":"加载中…","Look again":"重新查看","Looking at the file…":"正在检查文件……",
Model:"模型","Models: {models}":"模型：{models}","Needed here; the owner of this Easel gives you one":"此处必填；请向本 Eas\
el 的管理员索取","Needed unless an Easel key pays; sent as {header}":"没有 Easel 密钥时必填；通过 {header} 发送",
"New batch":"新建批量任务","Newer picture":"较新的图片","No line is wrong.":"没有错误的行。","Not in t\
he picture":"反向提示词","Nothing here yet. Describe a picture, and it appears here.":"这里还是空的。描述一张图片，它就会出现在这里。",
"Nothing is spent yet.":"尚未产生任何消耗。",Obtained:"结果","Older picture":"较早的图片","Optional: wit\
hout one there is less to use":"可选：没有令牌时额度较少","Other file":"换个文件","Other pictures":"其他图片",
Picture:"图片","Picture to start from":"起始图片",Pictures:"图片","Pictures left of your key until {time}: {n}":"\
密钥剩余图片（至 {time}）：{n}","Pictures this month":"本月图片","Pictures today":"今日图片","Pictures\
 under way":"进行中的图片","Programming language":"编程语言",Progress:"进度",Prompt:"提示词",Provider:"服务\
商","Reading the file":"正在读取文件",Reason:"原因",Remove:"移除","Remove all":"全部移除","Remove all pic\
tures?":"移除全部图片？","Remove from the list":"从列表移除","Results as a file":"下载结果文件","Resul\
ts so far as a file":"下载目前的结果","Roll a seed":"随机种子","Run all of it anew":"全部重新运行","Run\
 the rest again":"重跑未完成的","Run the {n} without a picture again":"重新运行没有图片的 {n} 张",Running:"\
运行中","Same prompt on several models":"同一提示词，多个模型","Same size and seed for all; steps and guida\
nce are each model's own. Each picture counts at its provider.":"尺寸和种子相同；步数和引导强度取各模型的默认值。每张图片都计入服务商的额度。",
Scale:"倍数","See that batch":"查看该批量任务",Seed:"种子","Show the comparison":"查看比较","Show more":"\
显示更多",Size:"尺寸","Start 1 picture":"开始生成 1 张图片","Start the batch":"启动批量任务","Start w\
ithout it":"不用这张图片","Start {n} pictures":"开始生成 {n} 张图片","Starting a batch needs an Easel key.":"\
启动批量任务需要 Easel 密钥。","Starting…":"正在启动…",Steps:"步数","Swap width and height":"交换宽高",
"The bucket did not take the file. Does AllowedOrigins of the deployment name {origin}?":"存储桶没有接受该文件。部署的 AllowedOrigins \
是否包含 {origin}？","The first {lines} lines ask for {pictures} pictures; the file is longer.":"前 {lines} 行共 {pict\
ures} 张图片；文件还有更多行。","These are the first {n} lines.":"这里是前 {n} 行。","These are the fi\
rst {n} results; the file has all when the batch has ended.":"这里是前 {n} 条结果；批量任务结束后，文件中有全部结果。",
"The picture to start from is not there any more: choose it again":"起始图片已不在，请重新选择","This Easel\
 needs a key of yours.":"此 Easel 需要你的密钥。","This browser has no room for more pictures; the newest are he\
re until the page is closed.":"浏览器空间已满；最新的图片只保留到页面关闭为止。","This browser k\
eeps no gallery; pictures are here until the page is closed.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This file has run before, at {time}: {n} of {all} pictures, {failed} without one. What do you want?":"此文件已于 {time} 运行过：\
{all} 张中完成 {n} 张，{failed} 张没有图片。您想怎么做？","This file was started at {time} and still r\
uns.":"此文件已于 {time} 启动，仍在运行。","This file is no picture that the browser can read":"浏览器无法读取此图片文\
件","This model changes a picture":"此模型用于修改图片","This model makes these sizes only":"此模型只支持这些尺寸",
Time:"用时",Tokens:"令牌","Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them\
.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。","Try again":"\
重试","Try again in {time}":"请在 {time} 后重试","Upscale {scale}×":"放大 {scale} 倍","Use this picture":"使用这\
张图片",Upscaling:"放大","Vary the seed":"换个种子",Views:"视图","Waits for {provider} until {time}: {reason}":"\
等待 {provider} 至 {time}：{reason}","Waits for {provider}: {reason}":"等待 {provider}：{reason}","What the key a\
llows":"密钥的额度","What should be in the picture?":"画面里应该有什么？","What such a file looks like":"文\
件示例",Width:"宽","Without one it draws from the prompt alone":"没有图片时仅按提示词生成","Write a prom\
pt first.":"请先填写提示词。","Wrong lines":"有错的行","Zoom to full size":"放大到原始尺寸","again fr\
om {time}":"{time} 起恢复","about {time} left":"约剩 {time}","also at {providers}":"另见 {providers}","batches to\
o":"可运行批量任务","family {family}":"系列 {family}","handed over":"已提交","in the provider's queue: {n}":"\
服务商队列中的位置：{n}","low quality, blurry":"低质量，模糊","no batches":"不可运行批量任务","n\
o guidance":"不支持引导强度","no negative prompt":"不支持反向提示词","or drop it here":"或拖放到这里",
random:"随机","took {time}":"用时 {time}","until {time}":"有效期至 {time}","usually {time}":"通常 {time}","wai\
ts for its turn":"排队等待","{bad} lines are wrong: see them":"{bad} 行有错：查看","{good} lines ask for {pict\
ures} pictures.":"{good} 行，共 {pictures} 张图片。","{label}, slider":"{label}，滑块","{min} to {max} pixels \
a side":"边长 {min} 至 {max} 像素","{min} to {max} pixels a side, in steps of {step}":"每边 {min} 至 {max} 像素，步长 {step\
}","{n} failed so far":"目前失败 {n} 张","{n} KB":"{n} KB","{n} a minute":"每分钟 {n} 张","{n} cancelled":"{n} \
张已取消","{n} failed":"{n} 张失败","{n} of {all}":"{n} / {all}","{n} of {all} pictures":"{n} / {all} 张图片",
"{n} pictures are removed from this browser. Their links live on until the deployment removes them.":"将从此浏览器移除 {n} 张图片。它\
们的链接在部署清理之前仍然有效。","{n} running":"{n} 张进行中","{n} s":"{n} 秒","{n} to come":"{n} \
张待处理","{provider} needs a token of yours.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，\
通常 {usual}"};var pi=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",Ee=_(R("language",pi));B(()=>{document.documentElement.
lang=Ee.value==="zh"?"zh-Hans":"en"});function wo(e){Ee.value=e,H("language",e)}function s(e,t={}){return(Ee.value==="zh"?
bo[e]??e:e).replace(/\{(\w+)\}/g,(o,i)=>t[i]??o)}function Z(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",
{n:t});let n=[Math.floor(t/3600),Math.floor(t/60)%60,t%60];return(n[0]?n:n.slice(1)).map((i,r)=>r?String(i).padStart(2,"\
0"):i).join(":")}function ne(e){let t=new Date(e*1e3),o=t.toDateString()===new Date().toDateString()?{}:{month:"short",day:"\
numeric"};return t.toLocaleString(Ee.value==="zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...o})}var F=_([]),A=_(null),hi=2,ko=256*1024;function We(e,t){F.value=F.value.map(n=>n.id===e?{...n,...t}:n)}function xo(){H("\
batches",F.value.map(({id:e,name:t})=>({id:e,name:t})))}function So(){F.value=R("batches",[]),F.value.forEach(({id:e})=>Ge(
e))}async function Co(e){A.value={file:e};try{let t=e.size<=ko,n=new Uint8Array(await e.slice(0,ko).arrayBuffer()),o=t?n.
length:n.lastIndexOf(10)+1||n.length,i={"Content-Type":"application/octet-stream"},{body:r}=await j("POST","/api/batches\
/preview",{text:n.slice(0,o),headers:i});if(A.value?.file!==e)return;A.value={file:e,preview:r,whole:t&&r.complete},U().
Authorization&&yt(e,{before:(await Eo(e)).batch})}catch(t){yt(e,{error:t.message})}}function yt(e,t){A.value?.file===e&&
(A.value={...A.value,...t})}function Mo(){A.value=null}async function bt(e){let{file:t,before:n}=A.value;A.value={...A.value,
starting:!0,error:void 0};try{let o=e==="rest"?{retry:n.batchId}:await mi(t,e);if(!o)return;let i=await j("POST","/api/b\
atches",{body:o,headers:U()});Oo(i.body.batchId,t.name),A.value=null}catch(o){yt(t,{starting:!1,error:o.message})}}async function mi(e,t){
let n=await Eo(e);return n.batch&&!t?(yt(e,{starting:!1,before:n.batch}),null):(await _i(n,e),{manifest:n.manifest,...t===
"anew"?{scheduledTime:new Date().toISOString()}:{}})}async function Eo(e){let t={size:e.size,name:e.name,digest:await vi(
e)};return(await j("POST","/api/batches/uploads",{body:t,headers:U()})).body}function To(){let{file:e,before:t}=A.value;
Oo(t.batchId,e.name),A.value=null}async function _i({uploadUrl:e,uploadHeaders:t},n){if(!(await fetch(e,{method:"PUT",headers:t,
body:n}).catch(()=>null))?.ok)throw new Error(s("The bucket did not take the file. Does AllowedOrigins of the deployment\
 name {origin}?",{origin:location.origin}))}async function vi(e){if(!crypto.subtle)return`${e.size}-${e.lastModified}`;let t=new Uint8Array(
await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.from(t.slice(0,16),n=>n.toString(16).padStart(
2,"0")).join("")}function Oo(e,t){F.value=[{id:e,name:t},...F.value.filter(n=>n.id!==e)],xo(),Ge(e)}var rn=new Set;async function Ge(e){
if(rn.has(e))return;rn.add(e);let t,n=0,o=()=>We(e,{lines:t.lines,more:t.more});try{for(;;){let i=await j("GET",`/api/ba\
tches/${e}`,{headers:U()});if(!$i(e))return;let{counts:r,run:a,finishedAt:l}=i.body;We(e,{status:i.body,error:void 0}),t?.
isOf(a)||(t=new gt(e,a));let d=r.succeeded+r.failed+r.cancelled;if(d!==n&&(await t.look(),o()),n=d,l)break;await xe(Number(
i.headers.get("Retry-After"))||hi)}for(;await t.look(!0);)o()}catch(i){We(e,{error:i.message})}finally{rn.delete(e)}}function $i(e){
return F.value.find(t=>t.id===e)}async function Po(e){let t=await fetch(`/api/batches/${e}/results`,{headers:U()});if(!t.
ok)throw new Error(`HTTP ${t.status}`);return t.blob()}async function Ao(e){await Do(e,()=>j("DELETE",`/api/batches/${e}`,
{headers:U()}))}async function No(e){await Do(e,()=>j("POST","/api/batches",{body:{retry:e},headers:U()})),We(e,{lines:void 0})}
async function Do(e,t){try{await t(),Ge(e)}catch(n){We(e,{error:n.message})}}function Io(e){F.value=F.value.filter(t=>t.
id!==e),xo()}var fe=_([]),Ve=_(""),Ke=new Map,sn=null;function an(e){return new Promise((t,n)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>n(e.error)})}function Lo(e){return sn.transaction("pictures",e).objectStore("pictures")}async function Ro(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),sn=await an(e);let t=await an(
Lo("readonly").getAll());fe.value=t.sort((n,o)=>o.createdAt-n.createdAt)}catch{Ve.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function jo(e){if(fe.value.some(o=>o.id===e.id))return;let t=await ln(
e.url),n=t?{...e,blob:t}:e;fe.value=[n,...fe.value].sort((o,i)=>i.createdAt-o.createdAt),await Uo(o=>o.put(n))}async function ln(e){
try{let t=await fetch(J(e),{headers:qe()});return t.ok?await t.blob():null}catch{return null}}async function wt(e){fe.value=
fe.value.filter(t=>!e.includes(t.id));for(let t of e)URL.revokeObjectURL(Ke.get(t)),Ke.delete(t),await Uo(n=>n.delete(t))}
async function Uo(e){if(sn)try{await an(e(Lo("readwrite")))}catch{Ve.value="This browser has no room for more pictures; \
the newest are here until the page is closed."}}function Te(e){return e.blob?(Ke.has(e.id)||Ke.set(e.id,URL.createObjectURL(
e.blob)),Ke.get(e.id)):J(e.url)}function kt(e){let t={JPEG:"jpg"}[e.format]??e.format.toLowerCase();return`${(e.asked.prompt??
"upscaled").replace(/[^\p{L}\p{N}]+/gu,"-").replace(/^-+|-+$/g,"").slice(0,40)||"picture"}-${e.id.slice(-6)}.${t}`}var gi=Uint32Array.from({length:256},(e,t)=>{let n=t;for(let o=0;o<8;o+=1)n=n&1?n>>>1^3988292384:n>>>1;return n});function yi(e){
let t=4294967295;for(let n of e)t=gi[(t^n)&255]^t>>>8;return(t^4294967295)>>>0}function un(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),n=new DataView(t.buffer),o=0;for(let[i,r]of e)i===2?n.setUint16(o,r,!0):n.setUint32(o,r,!0),o+=i;
return t}var bi=2048;function zo(e){let t=new Date,n=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,o=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:p,bytes:c}of e){let h=new TextEncoder().encode(p),m=c.length,
f=[[2,20],[2,bi],[2,0],[2,n],[2,o],[4,yi(c)],[4,m],[4,m],[2,h.length],[2,0]],$=un([4,67324752],...f);r.push(un([4,33639248],
[2,20],...f,[2,0],[2,0],[2,0],[4,0],[4,a]),h),i.push($,h,c),a+=$.length+h.length+m}let l=r.reduce((p,c)=>p+c.length,0),d=un(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,d],{type:"application/\
zip"})}function xt(e,t){let n=URL.createObjectURL(e);Bo(n,t),setTimeout(()=>URL.revokeObjectURL(n),6e4)}function Bo(e,t){let n=document.
createElement("a");n.href=e,n.download=t,n.click()}function Ho(e){Bo(Te(e),kt(e))}function cn(e){let{id:t,asked:n,details:o,
format:i,warnings:r,createdAt:a}=e;return{file:kt(e),jobId:t,createdAt:a,asked:n,obtained:{...o,format:i},warnings:r}}async function Fo(e){
let t=e.filter(i=>i.blob),n=await Promise.all(t.map(async i=>({name:kt(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
o=new TextEncoder().encode(JSON.stringify(e.map(cn),null,2));xt(zo([...n,{name:"parameters.json",bytes:o}]),"easel-pictu\
res.zip")}var Wo=function(e,t,n,o){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,n[t[r++]]):t[++r];a===
3?o[0]=l:a===4?o[1]=Object.assign(o[1]||{},l):a===5?(o[1]=o[1]||{})[t[++r]]=l:a===6?o[1][t[++r]]+=l+"":a?(i=e.apply(l,Wo(
e,l,n,["",null])),o.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):o.push(l)}return o},qo=new Map;function Go(e){var t=qo.get(this);
return t||(t=new Map,qo.set(this,t)),(t=Wo(this,t.get(e)||(t.set(e,t=(function(n){for(var o,i,r=1,a="",l="",d=[0],p=function(m){
r===1&&(m||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?d.push(0,m,a):r===3&&(m||a)?(d.push(3,m,a),r=2):r===2&&a==="..."&&m?
d.push(4,m,0):r===2&&a&&!m?d.push(5,0,!0,a):r>=5&&((a||!m&&r===5)&&(d.push(r,0,a,i),r=6),m&&(d.push(r,m,0,i),r=6)),a=""},
c=0;c<n.length;c++){c&&(r===1&&p(),p(c));for(var h=0;h<n[c].length;h++)o=n[c][h],r===1?o==="<"?(p(),d=[d],r=3):a+=o:r===
4?a==="--"&&o===">"?(r=1,a=""):a=o+a[0]:l?o===l?l="":a+=o:o==='"'||o==="'"?l=o:o===">"?(p(),r=1):r&&(o==="="?(r=5,i=a,a=
""):o==="/"&&(r<5||n[c][h+1]===">")?(p(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):o===" "||o==="	"||o===`
`||o==="\r"?(p(),r=2):a+=o),r===3&&a==="!--"&&(r=4,d=d[0])}return p(),d})(e)),t),arguments,[])).length>1?t:t[0]}var u=Go.bind(at);var wi={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",brush:"M1\
4 4l6 6-8 8H6v-6zM4 20h16",check:"m5 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9\
 9h11v11H9zM5 15H4V4h11v1",die:"M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5\
 5-5M5 20h14",enlarge:"M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",grid:"M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
key:"M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v\
3",moon:"M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",sun:"M12 8a4 4 0 1 0 0 \
8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"\
M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4\
h14",vary:"M4 7h3l10 10h3M4 17h3l3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function v({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${wi[e]} /></svg>`}var Ko=24,ki={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Vo({batch:e}){let{name:t,status:n,lines:o,error:i}=e,r=i??n?.error?.error;return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${n?.status??""}`} role="status">${s(ki[n?.status]??n?.status??"…")}</span></header>
      ${r&&u`<p class="error" role="alert">${r}</p>`}
      ${n&&u`<${xi} status=${n} />`}
      <${Ci} batch=${e} />
      ${o&&u`<${Ei} batch=${e} />`}
    </article>
  `}function xi({status:e}){let{requests:t,succeeded:n,failed:o,running:i,pending:r,cancelled:a}=e.counts,l=n+o+a,d=[s("\
{n} of {all} pictures",{n,all:t}),o&&s("{n} failed",{n:o}),a&&s("{n} cancelled",{n:a}),i&&s("{n} running",{n:i}),r&&s("{\
n} to come",{n:r})],p=[e.rate>0&&s("{n} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("abou\
t {time} left",{time:Z(e.etaSeconds)}),e.finishedAt&&s("took {time}",{time:Z(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${s("Progress")} max=${t||1} value=${l}></progress>
    <p class="counts">${d.filter(Boolean).join(" · ")}</p>
    <p class="hint">${p.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(c=>u`<p class="notice" key=${c.provider}>${Si(c)}</p>`)}
  `}function Si({provider:e,until:t,reason:n}){let o={provider:Se({provider:e}).provider,time:t?ne(t):"",reason:n};return t?
s("Waits for {provider} until {time}: {reason}",o):s("Waits for {provider}: {reason}",o)}function Ci({batch:{id:e,name:t,
status:n,lines:o,error:i}}){let r=!!n?.finishedAt,a=r&&n.counts.succeeded<n.counts.requests;return u`
    <div class="buttons">
      ${n&&!r&&u`<button type="button" onClick=${()=>Ao(e)}>${s("Cancel the batch")}</button>`}
      ${a&&u`<button type="button" onClick=${()=>No(e)}><${v} name="again" /> ${s("Run the rest again")}</button>`}
      ${r&&u`<button type="button" onClick=${async()=>xt(await Po(e),`${t}.results.jsonl`)}><${v} name="download" /> ${s(
"Results as a file")}</button>`}
      ${!r&&o?.length>0&&u`<button type="button" onClick=${()=>xt(Mi(o),`${t}.results.jsonl`)}><${v} name="download" /> ${s(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>Ge(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>Io(e)}>${s("Remove from the list")}</button>
    </div>
  `}function Mi(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function Ei({batch:{lines:e,more:t,status:n}}){let[o,i]=V(Ko),r=e.filter(l=>l.status===
"succeeded"),a=e.filter(l=>l.status==="failed");return u`
    ${t&&u`<p class="hint">${s("These are the first {n} results; the file has all when the batch has ended.",{n:e.length})}</p>`}
    ${a.length>0&&u`
      <details open>
        <summary>${n.finishedAt?s("{n} failed",{n:a.length}):s("{n} failed so far",{n:a.length})}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${s("Failed lines")}>
          <table>
            <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Code")}</th><th scope="col">${s("Reason")}</th></tr></thead>
            <tbody>${a.slice(0,200).map(l=>u`<tr key=${`${l.line}-${l.copy}`}><th scope="row">${l.line}</th><td><code>${l.
error.code}</code></td><td>${l.error.message}</td></tr>`)}</tbody>
          </table>
        </div>
      </details>`}
    ${r.length>0&&u`
      <ul class="grid small">
        ${r.slice(0,o).map(l=>u`
          <li key=${l.jobId}><${Ti} line=${l} /></li>`)}
      </ul>
      ${r.length>o&&u`<button type="button" class="more" onClick=${()=>i(o+Ko)}>${s("Show more")}</button>`}`}
  `}function Ti({line:e}){let{picturesNeedKey:t}=w.value,[n,o]=V(t?null:J(e.url));return G(()=>{if(!t)return;let i,r=!1;
return ln(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),o(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),n?u`<a href=${n} target="_blank" rel="noopener"><img src=${n} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}var St=_(!1),Oi=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Yo({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <h2>${s("New batch")}</h2>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${A.value?u`<${Ai} onTokens=${e} />`:u`<${Pi} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${F.value.length===0&&u`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${F.value.map(t=>u`<${Vo} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function Pi(){let e=n=>n[0]&&Co(n[0]),t=n=>{n.preventDefault(),St.value=!1,e(n.dataTransfer.files)};return u`
    <label class=${St.value?"drop over":"drop"} onDragOver=${n=>{n.preventDefault(),St.value=!0}}
      onDragLeave=${()=>{St.value=!1}} onDrop=${t}>
      <${v} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${n=>e(n.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${Oi}</code></pre>
    </details>
  `}function Ai({onTokens:e}){let{file:t,preview:n,before:o,error:i}=A.value,r=I.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!n&&!i&&u`<p role="status">${s("Looking at the file…")}</p>`}
      ${i&&u`<p class="error" role="alert">${i}</p>`}
      ${n&&u`<${Ni} />`}
      ${n&&!r&&u`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${v} name="key" /> ${s("Enter the key")}</button></div>`}
      ${o&&u`<p class="notice" role="status">${Di(o)}</p>`}
      <${Ii} />
    </div>
  `}function Ni(){let{preview:{lines:e,invalid:t,counts:n},whole:o}=A.value,i={...n,good:n.lines-n.invalid,bad:n.invalid},
r=o?s("{good} lines ask for {pictures} pictures.",i):s("The first {lines} lines ask for {pictures} pictures; the file is\
 longer.",i);return u`
    <p role="status">${r} ${!n.invalid&&s("No line is wrong.")} ${s("Nothing is spent yet.")}</p>
    ${n.invalid>0&&u`
      <details class="wrong">
        <summary>${n.invalid===1?s("1 line is wrong: see it"):s("{bad} lines are wrong: see them",i)}</summary>
        <${Jo} lines=${t} label=${s("Wrong lines")} />
      </details>`}
    <${Jo} lines=${e} label=${s("First lines")} />
    ${n.lines>e.length&&u`<p class="hint">${s("These are the first {n} lines.",{n:e.length})}</p>`}
  `}function Di({createdAt:e,finishedAt:t,counts:n}){if(!t)return s("This file was started at {time} and still runs.",{time:ne(
e)});let o={time:ne(e),n:n.succeeded,all:n.requests,failed:n.failed+n.cancelled};return s("This file has run before, at \
{time}: {n} of {all} pictures, {failed} without one. What do you want?",o)}function Ii(){let{preview:e,whole:t,before:n,
starting:o}=A.value,r=!I.value.access||o,a=e?.counts.pictures,l=a===1?s("Start 1 picture"):t?s("Start {n} pictures",{n:a}):
s("Start the batch"),d=n?.finishedAt&&n.counts.failed+n.counts.cancelled-n.counts.invalid;return u`
    <div class="buttons">
      ${a>0&&!n&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>bt()}>
        ${o?s("Starting…"):l}</button>`}
      ${n&&u`<button type="button" class="primary" onClick=${To}>${s("See that batch")}</button>`}
      ${d>0&&u`<button type="button" disabled=${r} onClick=${()=>bt("rest")}>
        ${s("Run the {n} without a picture again",{n:d})}</button>`}
      ${n&&a>0&&u`<button type="button" disabled=${r} onClick=${()=>bt("anew")}>
        ${s("Run all of it anew")}</button>`}
      <button type="button" onClick=${Mo}>${s("Other file")}</button>
    </div>
  `}function Jo({lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Prompt")}</th><th scope="col">${s("Model")}</th><th scope="col">${s(
"Size")}</th><th scope="col">${s("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:n,request:o,error:i,count:r,warnings:a})=>i?u`<tr key=${n} class="bad"><th scope="row">${n}</th><td colspan="4">${i}</td></tr>`:
u`<tr key=${n}><th scope="row">${n}</th><td>${o.prompt}${a.map(l=>u`<small key=${l}>${l}</small>`)}</td>
                <td>${o.provider} / ${o.model}</td><td>${o.width} x ${o.height}</td><td>${r}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}function q({id:e,label:t,hint:n,error:o,children:i,beside:r}){return u`
    <div class=${`field ${o?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${n&&u`<p class="hint" id=${`${e}-hint`}>${n}</p>`}
      ${o&&u`<p class="error" id=${`${e}-error`} role="alert">${o}</p>`}
    </div>
  `}function X(e,t,n){return{"aria-describedby":[t&&`${e}-error`,n&&`${e}-hint`].filter(Boolean).join(" ")||void 0,"aria\
-invalid":t?"true":void 0}}function fn({name:e,label:t,options:n,value:o,onChoose:i}){return u`
    <fieldset class=${n.some(r=>r.shape)?"choice shapes":"choice"}>
      <legend class="hidden">${t}</legend>
      ${n.map(r=>u`
          <label key=${r.id} class=${r.id===o?"chosen":""}>
            <input type="radio" name=${e} value=${r.id} checked=${r.id===o} onChange=${()=>i(r.id)} />
            ${r.shape&&u`<${Li} ...${r.shape} />`}
            <span>${r.name}</span>
          </label>
        `)}
    </fieldset>
  `}function Li({width:e,height:t}){let n=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*n}rem`,height:`${t*
n}rem`}}></span>`}function oe({title:e,className:t="",onClose:n,children:o}){let i=Zt(null);return G(()=>{let a=document.
activeElement;return i.current.showModal(),()=>a?.focus?.()},[]),u`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${n} onClick=${a=>a.target===i.current&&n()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${s("Close")} onClick=${n}><${v} name="close" /></button>
        </header>
        ${o}
      </div>
    </dialog>
  `}function Zo({title:e,text:t,yes:n,onYes:o,onClose:i}){return u`
    <${oe} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),o()}}>${n}</button>
      </div>
    <//>
  `}function Je({text:e,label:t}){let[n,o]=V(!1);return u`
    <button type="button" class="quiet" onClick=${async()=>{await navigator.clipboard.writeText(e),o(!0),setTimeout(()=>o(
!1),2e3)}}>
      <${v} name=${n?"check":"copy"} /> <span aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function Xo({id:e,label:t,tabs:n,value:o,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let d=n.findIndex(c=>c.id===o),p=n[(d+l+n.length)%n.length];i(p.id),document.getElementById(`${e}-${p.id}`).focus()}}>
      ${n.map(a=>u`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===o)} tabindex=${a.id===o?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var Ri=["provider","model","prompt","negativePrompt","width","height","size","image","steps","guidanceScale","seed","res\
ponseFormat"];function Ye(){return Object.entries(w.value.fields??{}).filter(([t])=>!Ri.includes(t)).map(([t,{anyOf:n=[],
...o}])=>({name:t,...n.find(({type:i})=>i!=="null"),...o}))}function Ct({type:e}){return e==="integer"||e==="number"}function Qo({
name:e}){let t=e.replace(/[A-Z]/g,n=>` ${n.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var ji=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function er(e){return e.sizes.only??ji.map(t=>({...t,...tr(t,e.sizes)}))}function dn(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function Ze(e,t){let{only:n}=t.sizes;if(!n)return tr(e,t.sizes);if(n.some(
a=>dn(e,a)))return{width:e.width,height:e.height};let o=e.width/e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/o)),
r=n.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}function tr({width:e,height:t},{min:n,max:o,step:i=1}){
let r=Math.max(e,t),a=r>o?o/r:1,l=d=>{let p=Math.floor((o-n)/i),c=Math.round((d*a-n)/i);return Number(d)>0?n+Math.min(Math.
max(c,0),p)*i:d};return{width:l(e),height:l(t)}}var nr=2147483647,or=8,rr={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1,image:""},k=_(rr),N=_({});
function ir(){let e={...rr,...R("form",{})};e.image.startsWith("blob:")&&(e.image="");let t=L(e.provider,e.model);k.value=
e,t||ge(w.value.models[0])}function D(e){k.value={...k.value,...e},pn(Object.keys(e)),H("form",k.value)}function pn(e){N.
value=Object.fromEntries(Object.entries(N.value).filter(([t])=>!e.includes(t)))}function ar(e){let{family:t}=L(k.value.provider,
k.value.model),n=vt(e);ge(n.find(o=>o.family===t)??n[0])}function ge(e){D({provider:e.provider,model:e.id,steps:e.features.
steps.default,guidanceScale:e.features.guidanceScale?.default??"",...Ze(k.value,e)})}function sr(e){let t=L(e.provider,e.
model);t&&ge(t);let{prompt:n,negativePrompt:o="",width:i,height:r,seed:a,steps:l,guidanceScale:d,image:p=""}=e,c=Object.
fromEntries(Ye().map(({name:m})=>[m,e[m]??""])),h={prompt:n,negativePrompt:o,width:i,height:r,seed:a??"",image:p,...c};D(
t?{...h,steps:l,...d===void 0?{}:{guidanceScale:d}}:h)}function Mt(e){let t=L(e.provider,e.model),{guidanceScale:n,negativePrompt:o,
edits:i}=t.features,r={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:o?e.negativePrompt:"",width:Oe(e.
width),height:Oe(e.height),steps:Oe(e.steps),guidanceScale:n?Oe(e.guidanceScale):"",seed:Oe(e.seed),image:i?e.image:""};
for(let a of Ye()){let l=e[a.name]??"";r[a.name]=Ct(a)?Oe(l):l}return Object.fromEntries(Object.entries(r).filter(([a,l])=>a===
"prompt"||l!==""))}function Oe(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:Number(t)}
function lr(e){let t=Mt(e);return Array.from({length:Number(e.count)||1},(n,o)=>Number.isInteger(t.seed)&&o?{...t,seed:Math.
min(nr,t.seed+o)}:t)}function ur(e,t,n){let{steps:o,guidanceScale:i}=e.features,r={provider:e.provider,model:e.id,steps:o.
default,guidanceScale:i?.default??""};return Mt({...t,...r,...Ze(t,e),seed:n})}function hn({features:e},t){return L(t.provider,
t.model).features.edits&&t.image?e.edits:!e.needsImage}function Xe(){return crypto.getRandomValues(new Uint32Array(1))[0]%
(nr+1)}var Ui=4e6,zi=["image/png","image/jpeg","image/webp"],Bi=2048,fr=new Map,Et=_(!1);function dr({model:e}){if(!e.features.
edits)return null;let{image:t}=k.value,n=N.value.image,o=e.features.needsImage?s("This model changes a picture"):s("With\
out one it draws from the prompt alone"),i=r=>{r.preventDefault(),Et.value=!1,cr(r.dataTransfer.files[0])};return u`
    <${q} id="image" label=${s("Picture to start from")} error=${n} hint=${o}>
      <label class=${Et.value?"drop source over":"drop source"} onDragOver=${r=>{r.preventDefault(),Et.value=!0}}
        onDragLeave=${()=>{Et.value=!1}} onDrop=${i}>
        ${t?u`<img src=${J(t)} alt=${s("Picture to start from")} />`:u`<${v} name="upload" />`}
        <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${X("image",n,o)} onChange=${r=>cr(r.target.files[0])} />
      </label>
      ${t&&u`<button type="button" class="quiet" onClick=${()=>D({image:""})}><${v} name="close" /> ${s("Start without i\
t")}</button>`}
    <//>
  `}async function cr(e){if(e)try{let t=await createImageBitmap(e),n=e.size<=Ui&&zi.includes(e.type)?e:await Hi(t),o=URL.
createObjectURL(n);fr.set(o,n),pr(o,t)}catch{N.value={...N.value,image:s("This file is no picture that the browser can r\
ead")}}}function Hi(e){let t=Math.min(1,Bi/Math.max(e.width,e.height)),n=document.createElement("canvas");return n.width=
Math.round(e.width*t),n.height=Math.round(e.height*t),n.getContext("2d").drawImage(e,0,0,n.width,n.height),new Promise(o=>n.
toBlob(o,"image/jpeg",.92))}function pr(e,{width:t,height:n}){let o=L(k.value.provider,k.value.model);D({image:e,...Ze({
width:t,height:n},o)})}function hr(){return!!mr()}function mr(){return[L(k.value.provider,k.value.model),...w.value.models].
filter(n=>n?.features.edits&&ce(n.provider))[0]}function _r({url:e,details:t}){let n=mr();(n.id!==k.value.model||n.provider!==
k.value.provider)&&ge(n);let[o,i]=t.dimensions.match(/\d+/g).map(Number);pr(new URL(J(e),location.href).href,{width:o,height:i})}
async function vr(e){if(!e.image?.startsWith("blob:"))return e;let t=fr.get(e.image);if(!t)throw new ue(400,{error:s("Th\
e picture to start from is not there any more: choose it again"),code:"INVALID_PARAMS"});return{...e,image:await Fi(t)}}
function Fi(e){return new Promise((t,n)=>{let o=new FileReader;o.onload=()=>t(o.result),o.onerror=()=>n(o.error),o.readAsDataURL(
e)})}var qi=3,Wi=[.5,1],Gi=2,z=_([]),Tt=te(()=>z.value.filter(e=>e.state!=="failed")),Ot=_(""),mn=0;function Pe(e,t){z.value=
z.value.map(n=>n.key===e?{...n,...t}:n),_n()}function _n(){H("jobs",z.value)}function K(e){return z.value.find(t=>t.key===
e)}function de(e){z.value=z.value.filter(t=>t.key!==e),_n()}function $r(){z.value=R("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),z.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>wr(e.key)),$n()}function Ae(e,{group:t,
onRefused:n}={}){vn(e.map(o=>({path:"/api/generate",asked:o,group:t})),n)}function gr(e,t){let{url:n,details:o}=e,i={provider:"\
huggingface",model:"upscaler",prompt:o.prompt,url:n,scale:t};vn([{path:"/api/upscale",asked:i,group:e.group}])}function vn(e,t){
let n=Date.now(),o=e.map(i=>({...i,key:mt(),state:"waiting",since:n}));o.forEach(i=>yr.set(i.key,t)),z.value=[...z.value,
...o],_n(),$n()}var yr=new Map;function $n(){for(;mn<qi;){let e=z.value.find(t=>t.state==="waiting");if(!e)return;mn+=1,
Pe(e.key,{state:"sending",since:Date.now()}),Ki(e).finally(()=>{mn-=1,$n()})}}async function Ki({key:e,path:t,asked:n}){
let{provider:o}=n,i={...$o(o),Prefer:"respond-async","Idempotency-Key":e};try{let r=t==="/api/upscale"?{url:n.url,scale:n.
scale}:await vr(n),a=await br(()=>j("POST",t,{body:r,headers:i}));if(!K(e))return;Pe(e,{state:"queued",jobId:a.body.jobId}),
wr(e)}catch(r){let a=yr.get(e);r.field&&r.status<500&&a?(de(e),a(r)):gn(e,r)}}async function br(e){for(let t=1;;t+=1)try{
return await e()}catch(n){if(!(n instanceof ue&&n.passing)||t===4)throw n;await xe(t)}}function gn(e,{message:t,code:n,retryAfter:o}){
Pe(e,{state:"failed",error:{message:t,code:n,retryAfter:o}}),Ot.value=t}async function wr(e){let t=qe();for(let n=0;K(e)?.
jobId;n+=1){let o;try{o=await br(()=>j("GET",`/api/jobs/${K(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&K(e)){await xe(
5);continue}K(e)&&gn(e,i);return}if(t["If-None-Match"]=o.headers.get("ETag"),!K(e)||o.body&&await Vi(e,o.body))return;await xe(
Wi[n]??Gi)}}async function Vi(e,t){if(t.status==="failed")return gn(e,{message:t.error,code:t.code,retryAfter:t.details?.
retryAfter}),!0;if(t.status!=="succeeded"){let l=K(e).begun??(t.status==="running"?Date.now():void 0);return Pe(e,{state:t.
status,progress:t.progress,begun:l}),!1}let{asked:n,group:o}=K(e),{imageDetails:i,format:r,warnings:a}=t;return await jo(
{id:t.jobId,asked:n,group:o,details:i,format:r,warnings:a,url:i.url,createdAt:t.createdAt}),de(e),Ot.value=`${i.model}: ${i.
dimensions}, ${i.duration}`,!0}async function kr(e){let{jobId:t,state:n}=K(e);if(n==="waiting"||!t)return de(e);try{let{
body:o}=await j("DELETE",`/api/jobs/${t}`,{headers:qe()});if(!K(e))return;o.cancelled?de(e):Pe(e,{tooLate:!0})}catch{K(e)&&
Pe(e,{tooLate:!0})}}function xr(e){let{path:t,asked:n,group:o}=K(e);de(e),vn([{path:t,asked:n,group:o}])}var Ji=500,Ne=_(null),Pt=0;async function Yi(){Pt+=1;let e=Pt,t=await ke("/api/key",U()).then(n=>({facts:n}),n=>({error:n.
message}));e===Pt&&(Ne.value=t)}function Sr(){let e;B(()=>{let{access:t}=I.value,n=t!==e;if(e=t,Tt.value.length,Pt+=1,n&&
(Ne.value=null),!t)return;let o=setTimeout(Yi,Ji);return()=>clearTimeout(o)})}var Zi=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function Cr(){if(!Ne.value)return null;let{facts:e,error:t}=Ne.
value;return t?u`<p class="error" role="alert">${t}</p>`:u`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:ne(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${Zi().map(([n,o])=>u`<${Xi} key=${n} label=${o} ...${e.use[n]} />`)}
      </dl>
    </section>
  `}function Xi({label:e,used:t,limit:n,resetsAt:o}){let i=n?s("{n} of {all}",{n:t,all:n}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${n>0&&t>=n&&o?`, ${s("again from {time}",{time:ne(o)})}`:""}
      ${n>0&&u`<progress aria-label=${e} max=${n} value=${Math.min(t,n)}></progress>`}
    </dd>
  `}function Mr(){let e=Ne.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:n,resetsAt:o}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n,time:ne(o)})}</p>`}function Tr({onClose:e}){return u`
    <${oe} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${w.value.providers.map(t=>u`<${Er} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${t.requiresAuth?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Option\
al: without one there is less to use")} />`)}
        <${Er} name="access" header="Authorization" label=${s("Easel key")}
          hint=${Me()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${Cr} />
        <label class="check">
          <input type="checkbox" checked=${Ce.value} onChange=${t=>_o(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${vo}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function Er({name:e,header:t,label:n,hint:o,beside:i}){let r=`token-${e}`,a=l=>{mo(e,l.target.value),pn([t])};return u`
    <${q} id=${r} label=${n} hint=${o} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${I.value[e]??""} onInput=${a} />
    <//>
  `}var Or=[{id:"curl",name:"curl",write:Qi},{id:"python",name:"Python · httpx",write:ea},{id:"openai",name:"Python · OpenA\
I SDK",write:ta,feature:"openai"},{id:"javascript",name:"JavaScript",write:na}];function yn(e){return $t(e)?"your-easel-\
key":`your-${e}-token`}function bn({provider:e}){if($t(e))return{Authorization:`Bearer ${yn(e)}`};let t=Y(e);return t?.requiresAuth?
{[t.authHeader]:yn(e)}:{}}function Qi(e,t){let n=r=>`'${r.replaceAll("'","'\\''")}'`,o={...bn(e),"Content-Type":"applica\
tion/json"};return[`curl -L ${n(`${t}/api/generate`)}`,...Object.entries(o).map(([r,a])=>`-H ${n(`${r}: ${a}`)}`),`-d ${n(
JSON.stringify(e))}`].join(` \\
  `)}function At(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let n=Object.entries(e).map(([o,i])=>`${t}\
    ${JSON.stringify(o)}: ${At(i,`${t}    `)},
`);return n.length?`{
${n.join("")}${t}}`:"{}"}function ea(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${At(bn(e),"    ")},
    json=${At(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function ta(e,t){let{provider:n,model:o,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(yn(n))})
answer = client.images.generate(
    model=${JSON.stringify(`${n}/${o}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${At(l,"    ")},
)
print(answer.data[0].url)
`}function na(e,t){let n=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),o={...bn(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${n(o)},
  body: JSON.stringify(${n(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function oa(e){return e.image?.startsWith("blob:")?{...e,image:"https://example.com/cat.png"}:e}function Nt({id:e,request:t}){
let n=Or.filter(({feature:a})=>!a||_t(a)),[o,i]=V(n[0].id),r=n.find(a=>a.id===o).write(oa(t),location.origin);return u`
    <div class="code">
      <div class="code-head">
        <${Xo} id=${e} label=${s("Programming language")} tabs=${n} value=${o} onChoose=${i} />
        <${Je} text=${r} label=${s("Copy")} />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${o}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var re=_(null),De=_(null),Pr=e=>!re.value||e.group===re.value,Ar=te(()=>z.value.filter(Pr).reverse()),Dt=te(()=>fe.value.
filter(Pr));function Nr({values:e,onRefused:t,onClose:n}){let o=c=>`${c.provider} ${c.id}`,i=w.value.models.filter(c=>ce(c.provider)&&
hn(c,e)),[r,a]=V(()=>new Set(i.map(o))),l=c=>a(h=>{let m=new Set(h);return m.delete(o(c))||m.add(o(c)),m}),d=()=>{let c=e.
seed===""?Xe():e.seed,h=i.filter(f=>r.has(o(f))),m=mt();Ae(h.map(f=>ur(f,e,c)),{group:m,onRefused:t}),re.value=m,n()},p=e.
prompt.trim();return u`
    <${oe} title=${s("Same prompt on several models")} onClose=${n}>
      <p class="quote">${p||s("Write a prompt first.")}</p>
      <p class="hint">${s("Same size and seed for all; steps and guidance are each model's own. Each picture counts at i\
ts provider.")}</p>
      <div class="models">
        ${w.value.providers.map(c=>u`
          <fieldset key=${c.id}>
            <legend>${c.name}</legend>
            ${ce(c.id)?"":u`<p class="hint">${s("{provider} needs a token of yours.",{provider:Y(c.id).name})}</p>`}
            ${w.value.models.filter(h=>h.provider===c.id&&hn(h,e)).map(h=>u`
              <label key=${h.id} class="check">
                <input type="checkbox" disabled=${!ce(c.id)} checked=${r.has(o(h))} onChange=${()=>l(h)} />
                <span>${h.name}</span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${n}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!p} onClick=${d}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}var wn=_(!1),kn=_(!1);function Dr(e){N.value={...N.value,[e.field]:e.message}}function Lr({onTokens:e}){let t=k.value,n=L(
t.provider,t.model),o=N.value;G(()=>{document.querySelector(".request [aria-invalid]")?.focus()},[o]);let i=a=>{a?.preventDefault(),
Ae(lr(t),{onRefused:Dr}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(".gallery").scrollIntoView()};
return u`
    <form class="request" onSubmit=${i} onKeyDown=${a=>{a.key==="Enter"&&(a.ctrlKey||a.metaKey)&&i(a)}} noValidate aria-label=${s(
"Picture")}>
      <${ra} model=${n} />
      <${dr} model=${n} />
      <${ia} model=${n} />
      <${aa} model=${n} />
      <div class="knobs">
        <${Ir} name="steps" label=${s("Steps")} limits=${n.features.steps} step="1" />
        ${n.features.guidanceScale&&u`<${Ir} name="guidanceScale" label=${s("Guidance")} limits=${n.features.guidanceScale} step="0.1" />`}
        <${sa} />
        <${la} />
        ${Ye().map(a=>u`<${ua} key=${a.name} field=${a} />`)}
      </div>
      <${ca} onTokens=${e} />
      <${Mr} />
      <div class="go">
        <button type="submit" class="primary large">${s("Generate")}<kbd aria-hidden="true">Ctrl ↵</kbd></button>
        <div class="buttons">
          <button type="button" onClick=${()=>{wn.value=!0}}><${v} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{kn.value=!0}}><${v} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${kn.value&&u`
        <${oe} title=${s("Code of this call")} onClose=${()=>{kn.value=!1}}><${Nt} id="form-code" request=${Mt(t)} /><//>`}
      ${wn.value&&u`<${Nr} values=${t} onRefused=${Dr} onClose=${()=>{wn.value=!1}} />`}
    </form>
  `}function ra({model:e}){let{prompt:t,negativePrompt:n}=k.value,o=N.value;return u`
    <${q} id="prompt" label=${s("Prompt")} error=${o.prompt} beside=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows="4" value=${t} placeholder=${s("What should be in the picture?")} ...${X("prompt",o.prompt)}
        onInput=${i=>D({prompt:i.target.value})}></textarea>
    <//>
    ${e.features.negativePrompt&&u`
      <${q} id="negativePrompt" label=${s("Not in the picture")} error=${o.negativePrompt}>
        <textarea id="negativePrompt" rows="2" value=${n} placeholder=${s("low quality, blurry")} ...${X("negativePrompt",
o.negativePrompt)}
          onInput=${i=>D({negativePrompt:i.target.value})}></textarea>
      <//>
    `}
  `}function ia({model:e}){let t=N.value,n=po(e).map(r=>Se({provider:r.provider}).provider),i=[s("usually {time}",{time:Z(
e.typicalSeconds)}),s("family {family}",{family:e.family}),n.length?s("also at {providers}",{providers:n.join(", ")}):"",
e.features.negativePrompt?"":s("no negative prompt"),e.features.guidanceScale?"":s("no guidance")].filter(Boolean).join(
" · ");return u`
    <${fn} name="provider" label=${s("Provider")} options=${w.value.providers} value=${e.provider} onChoose=${ar} />
    <${q} id="model" label=${s("Model")} error=${t.model??t.provider} hint=${i}>
      <select id="model" value=${e.id} ...${X("model",t.model,i)}
        onChange=${r=>ge(L(e.provider,r.target.value))}>
        ${vt(e.provider).map(r=>u`<option key=${r.id} value=${r.id} selected=${r.id===e.id}>${r.name}</option>`)}
      </select>
    <//>
  `}function aa({model:e}){let{width:t,height:n}=k.value,o=er(e).map(h=>({...h,id:h.name,shape:h})),i=o.find(h=>dn(k.value,
h)),r=h=>{let m=o.find(f=>f.id===h);D({width:m.width,height:m.height})},a=N.value,l=a.width??a.height,d=e.sizes.step?s("\
{min} to {max} pixels a side, in steps of {step}",e.sizes):s("{min} to {max} pixels a side",e.sizes),p=e.sizes.only?s("T\
his model makes these sizes only"):d,c=(h,m)=>u`
    <input id=${h} aria-label=${m} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${k.value[h]} readOnly=${!!e.sizes.only} ...${X("width",a[h],p)}
      onInput=${f=>D({[h]:f.target.value})} />`;return u`
    <${q} id="width" label=${s("Size")} error=${l} hint=${p}>
      <${fn} name="ratio" label=${s("Aspect ratio")} options=${o} value=${i?.id} onChoose=${r} />
      <div class="sides">
        ${c("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} onClick=${()=>D({width:n,height:t})}><${v} name="swap" /></button>
        ${c("height",s("Height"))}
      </div>
    <//>
  `}function Ir({name:e,label:t,limits:n,step:o}){let i=k.value[e],r=N.value[e],a=l=>D({[e]:l.target.value});return u`
    <${q} id=${e} label=${t} error=${r} beside=${u`<span class="hint">${n.min} – ${n.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} />
        <input id=${e} type="number" inputmode="decimal" min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} ...${X(
e,r)} />
      </div>
    <//>
  `}function sa(){let{seed:e}=k.value,t=N.value.seed,n=e!=="";return u`
    <${q} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${X("seed",t)}
          onInput=${o=>D({seed:o.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>D(
{seed:Xe()})}><${v} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(n)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>D({seed:n?"":Xe()})}><${v} name=${n?"locked":"open"} /></button>
      </div>
    <//>
  `}function la(){return u`
    <${q} id="count" label=${s("Pictures")}>
      <select id="count" value=${k.value.count} onChange=${e=>D({count:Number(e.target.value)})}>
        ${Array.from({length:or},(e,t)=>u`<option key=${t} value=${t+1} selected=${k.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function ua({field:e}){let{name:t,description:n}=e,o=k.value[t]??"",i=N.value[t],r={id:t,...X(t,i,n)},a=p=>D({[t]:p.
target.value}),l=String(e.default??""),d=o===""?e.default===!0:o;return u`
    <${q} id=${t} label=${Qo(e)} error=${i} hint=${n}>
      ${e.enum?u`
        <select ...${r} value=${o} onChange=${a}>
          <option value="">${l}</option>
          ${e.enum.filter(p=>p!==l).map(p=>u`<option key=${p} value=${p} selected=${p===o}>${p}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${d} onChange=${p=>D({[t]:p.target.checked})} />`:u`
        <input ...${r} type=${Ct(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${o} onInput=${a} />`}
    <//>
  `}function ca({onTokens:e}){let t=Y(k.value.provider),n=I.value&&(N.value[t.authHeader]??N.value.Authorization);if(ce(
t.id)&&!n)return null;let o=Me()?s("This Easel needs a key of yours."):s("{provider} needs a token of yours.",{provider:t.
name});return u`
    <div class="notice" role=${n?"alert":void 0}>
      <p>${n??o}</p>
      <button type="button" onClick=${e}><${v} name="key" /> ${s("Enter a token")}</button>
    </div>
  `}var jr=_(Date.now()),Rr;B(()=>{clearInterval(Rr),Tt.value.length&&(Rr=setInterval(()=>{jr.value=Date.now()},500))});function Ur({
job:e}){let t=Se(e.asked),n=e.asked.scale?s("Upscaling"):t.model,o=Math.min(2,Math.max(1,e.asked.width/e.asked.height||1));
return u`
    <article class=${`job ${e.state}`} style=${{aspectRatio:o}} aria-label=${`${n}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${n}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${fa} job=${e} />`:u`<${da} job=${e} />`}
      </div>
    </article>
  `}function fa({job:e}){let{message:t,code:n,retryAfter:o}=e.error;return u`
    <p class="error">${t}</p>
    ${o>0&&u`<p class="hint">${s("Try again in {time}",{time:Z(o)})}</p>`}
    <div class="buttons">
      <button type="button" onClick=${()=>xr(e.key)}><${v} name="again" /> ${s("Try again")}</button>
      <button type="button" class="quiet" onClick=${()=>de(e.key)}>${s("Dismiss")}</button>
      <code>${n}</code>
    </div>
  `}function da({job:e}){let{text:t,share:n}=pa(e,jr.value);return u`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${n===null?{}:{value:n,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>de(e.key)}>${s("Do not wait for it")}</button>`:u`<button type="button" class="quiet" onClick=${()=>kr(
e.key)}>${s("Cancel")}</button>`}
  `}function pa(e,t){let{queuePosition:n,etaSeconds:o,percent:i}=e.progress??{},r=o===void 0?"":s("about {time} left",{time:Z(
o)});if(i!==void 0)return{text:xn(`${i} %`,r),share:i/100};if(n!==void 0)return{text:xn(s("in the provider's queue: {n}",
{n}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=L(e.asked.provider,e.asked.model)?.typicalSeconds??
20,d=s("{time}, usually {usual}",{time:Z(a),usual:Z(l)});return{text:xn(d,r),share:Math.min(.95,a/l)}}function xn(...e){
return e.filter(Boolean).join(" · ")}var Sn=_(!1),zr=60,Cn=_(zr);function Br(){let e=Dt.value,t=Ar.value,n=re.value,o=()=>wt(e.map(i=>i.id));return u`
    <section class="gallery" aria-label=${s("Pictures")}>
      <div class="gallery-head">
        <h2>${n?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${n&&u`<button type="button" onClick=${()=>{re.value=null}}><${v} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>Fo(e)}><${v} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{Sn.value=!0}}><${v} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${Ve.value&&u`<p class="notice">${s(Ve.value)}</p>`}
      ${!e.length&&!t.length&&u`<${ma} />`}
      <ul class=${n?"grid comparing":"grid"}>
        ${t.map(i=>u`<li key=${i.key}><${Ur} job=${i} /></li>`)}
        ${e.slice(0,Cn.value).map(i=>u`<li key=${i.id}><${ha} picture=${i} /></li>`)}
      </ul>
      ${e.length>Cn.value&&u`
        <button type="button" class="more" onClick=${()=>{Cn.value+=zr}}>${s("Show more")}</button>`}
      ${Sn.value&&u`
        <${Zo} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${o} onClose=${()=>{Sn.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function ha({picture:e}){let{details:t,asked:n}=e,[o,i]=t.dimensions.split(" x ").map(parseFloat);return u`
    <button type="button" class="tile" onClick=${()=>{De.value=e.id}}>
      <img src=${Te(e)} alt=${n.prompt??""} width=${o} height=${i} loading="lazy" decoding="async" />
      <span class="caption"><b>${t.model}</b> <span>${t.provider} · ${t.duration}</span></span>
    </button>
  `}function ma(){return u`
    <div class="empty">
      <svg viewBox="0 0 120 96" aria-hidden="true"><path d="M60 6v12M42 66 30 92M78 66l12 26M60 66v20" /><rect x="22" y="18" width="76" height="48" rx="4" /><path d="m32 56 18-20 14 14 9-9 15 15" /><circle cx="76" cy="32" r="4" /></svg>
      <p>${s("Nothing here yet. Describe a picture, and it appears here.")}</p>
    </div>
  `}function Hr(){let e=Dt.value,t=e.findIndex(o=>o.id===De.value);if(t<0)return null;let n=o=>{e[o]&&(De.value=e[o].id)};return u`<${_a} key="viewer" picture=${e[t]} onStep=${o=>n(
t+o)} first=${t===0} last=${t===e.length-1} />`}function _a({picture:e,onStep:t,first:n,last:o}){let[i,r]=V(!1);G(()=>r(
!1),[e.id]),G(()=>{let p=c=>{c.target.closest("input, textarea, select, [role=tablist], pre")||(c.key==="ArrowRight"&&t(
1),c.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",p),()=>document.removeEventListener("keydown",
p)});let a=()=>{De.value=null},{asked:l,details:d}=e;return u`
    <${oe} title=${`${d.model}, ${d.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${Te(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${v} name="back" /></button>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${v} name="arrow" /></button>
          </nav>
          <${va} picture=${e} close=${a} />
          <${$a} picture=${e} />
          ${l.scale?null:u`<h3>${s("Code")}</h3><${Nt} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function va({picture:e,close:t}){let{asked:n,details:o}=e,i={...n,seed:o.seed},{seed:r,...a}=n,l=d=>()=>{t(),d()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>Ho(e)}><${v} name="download" /> ${s("Download")}</button>
      ${n.scale?null:u`
        <button type="button" onClick=${l(()=>sr(i))}><${v} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>Ae([a]))}><${v} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(d=>u`
        <button key=${d} type="button" onClick=${l(()=>gr(e,d))}><${v} name="enlarge" /> ${s("Upscale {scale}×",{scale:d})}</button>`)}
      ${hr()&&u`<button type="button" onClick=${l(()=>_r(e))}><${v} name="brush" /> ${s("Use this picture")}</button>`}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{re.value=e.group})}><${v} name="grid" /> ${s("Show the comparison")}</button>`}
      <${Je} text=${new URL(J(e.url),location.href).href} label=${s("Copy link")} />
      <${Je} text=${JSON.stringify(cn(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>wt([e.id]))}><${v} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function $a({picture:e}){let{asked:t,details:n,format:o,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
"Size"),r,n.dimensions],[s("Seed"),t.seed??s("random"),n.seed],[s("Steps"),t.steps??"",n.steps],[s("Guidance"),t.guidanceScale??
"",""],[s("Time"),"",n.duration],[s("Format"),"",o]],l=t.scale?[[s("Scale"),`${t.scale}×`,n.dimensions],...a.slice(4)]:
a;return u`
    <p class="quote">${t.prompt}</p>
    ${t.negativePrompt&&u`<p class="hint">${s("Not in the picture")}: ${t.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${s("Asked")}</th><th scope="col">${s("Obtained")}</th></tr></thead>
      <tbody>
        ${l.filter(([,d,p])=>d!==""||p!=="").map(([d,p,c])=>u`<tr key=${d}><th scope="row">${d}</th><td>${p}</td><td>${c}</td></tr>`)}
      </tbody>
    </table>
    ${i.length>0&&u`<ul class="warnings">${i.map(d=>u`<li key=${d}>${d}</li>`)}</ul>`}
  `}var It=_(location.hash==="#batches"?"batches":"pictures"),Mn=_(!1),Fr=_(!1);window.addEventListener("hashchange",()=>{It.
value=location.hash==="#batches"?"batches":"pictures"});function ga(){if(G(()=>{document.title=It.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),Fe.value)return u`<${ba} />`;if(!Fr.value)return u`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{Mn.value=!0};return u`
    <${ya} onTokens=${e} />
    <main>
      ${It.value==="batches"?u`<${Yo} onTokens=${e} />`:u`<div class="pictures"><${Lr} onTokens=${e} /><${Br} /></div>`}
    </main>
    <p class="hidden" role="status">${Ot.value}</p>
    <${Hr} />
    ${Mn.value&&u`<${Tr} onClose=${()=>{Mn.value=!1}} />`}
  `}function ya({onTokens:e}){let t=(o,i,r)=>u`<a href=${i} aria-current=${It.value===o?"page":void 0}>${r}</a>`,n=Ee.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${_t("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${v} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${n.lang} onClick=${()=>wo(n.id)}>${n.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(le.value)} aria-label=${s("Dark")} onClick=${co}><${v} name=${le.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function ba(){return u`
    <main class="empty" role="alert">
      <p>${s("Easel does not answer: {reason}",{reason:Fe.value})}</p>
      <button type="button" class="primary" onClick=${qr}>${s("Try again")}</button>
    </main>
  `}async function qr(){await Promise.all([fo(),Ro()]),w.value&&(ir(),Fr.value=!0,$r(),So(),Sr())}Bn(u`<${ga} />`,document.
getElementById("app"));qr();
