var y,Tn,Rt,re,jt,nt,Pn,et,An,It,Lt,jr,je=Symbol.for("pv"),ot={},rt=[],Lr=/^m(i|n|o|s|text|space)$/,Ut=Array.isArray,zt=rt.
slice,pe=Object.assign;function de(e){e&&e.parentNode&&e.remove()}function it(e,t,n){var o,i,r,a={},l=arguments.length;for(r in t)
r=="key"?o=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?zt.call(arguments,2):n),De(e,
a,o,i,null)}function De(e,t,n,o,i){var r={type:e,props:t,key:n,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:je,__v:i||
++Tn,__i:-1,__u:0};return!i&&y.vnode&&y.vnode(r),r}function he(e){return e.children}function ve(e,t){this.props=e,this.context=t,this.__g=0}function ie(e,t){if(t==null)return e.
__&&ie(e.__,e.__i+1);for(var n;t<e.__k.length;t++)if((n=e.__k[t])&&n.__e)return n.__e;return typeof e.type!="function"||
e.props.__P?null:ie(e)}function Rr(e){var t,n=e.__v,o=n.__e,i=[],r=[],a=e.__P;a&&((t=pe({constructor:je},n)).__v=n.__v+1,
y.vnode&&y.vnode(t),Bt(a,t,n,e.__n,a.namespaceURI,32&n.__u?[o]:null,i,o||ie(n),32&n.__u,r),t.__v=n.__v,t.__.__k[t.__i]=t,
In(i,t,r),n.__=n.__e=null,t.__e!=o&&Nn(t))}function Nn(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),Nn(e)}function On(e){(8&e.__g||(e.__g|=8,re.push(e),nt++))&&jt==y.debounceRendering||
((jt=y.debounceRendering)||queueMicrotask)(Dn)}function Dn(){try{for(var e,t=1;re.length;)re.length>t&&re.sort(Pn),e=re.
shift(),t=re.length,8&e.__g&&Rr(e)}finally{(nt=re.length)&&(jt||queueMicrotask)(Dn)}}function jn(e,t,n,o,i,r,a,l,d,p,c){
var h,m,f,v,T,b,x=o.__k||rt,g=t.length;for(d=Ir(n,t,x,d,g),h=0;h<g;h++)(f=n.__k[h])!=null&&(m=~f.__i&&x[f.__i]||ot,f.__i=
h,b=Bt(e,f,m,i,r,a,l,d,p,c),v=f.__e,(m.ref!=f.ref||8&m.__u)&&(m.ref&&Ht(m.ref,null,f,m),f.ref&&c.push(f.ref,f.__c||v,f)),
T=T||v,4&f.__u?(d=Ln(f,d,e,!m.__v),m.__e&&(m.__e=null)):typeof f.type=="function"&&b!==void 0?d=b:v&&(d=v.nextSibling),f.
__u&=-21);return n.__e=T,d}function Ir(e,t,n,o,i){var r,a,l,d,p,c,h,m,f,v=n.length,T=v,b=0,x=0,g=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=g[r]=De(null,
a):Ut(a)?a=g[r]=De(he,{children:a}):a.constructor===je&&a.__b?a=g[r]=De(a.type,a.props,a.key,a.ref,a.__v):g[r]=a,d=r+b,a.
__=e,a.__b=e.__b+1,l=null,~(p=a.__i=Ur(a,n,d,T))&&(T--,(l=n[p])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,p==d-1?b--:p==d+1?b++:p!=
d&&(p>d?b--:b++,x=1)):(~p||(i>v?b--:i<v&&b++),typeof a.type!="function"&&(a.__u|=4))):g[r]=null;if(x){for(c=[],h=[],r=0;r<
i;r++)if((a=g[r])&&16&a.__u){for(b=0,m=c.length;b<m;)c[f=b+m>>1]<a.__i?b=f+1:m=f;c[b]=a.__i,h[r]=b+1}for(b=c.length;r--;)
h[r]&&(h[r]==b?b--:g[r].__u|=4)}if(T)for(r=0;r<v;r++)!(l=n[r])||2&l.__u||(l.__e==o&&(o=ie(l)),Ft(l,l));return o}function Ln(e,t,n,o){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=Ln(
i[r],t,n,!1));return t}for(t&&!t.parentNode&&(t=ie(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!o&&n.moveBefore&&a.parentNode?n.moveBefore(a,t):n.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Ur(e,t,n,o){var i,r=e.key,a=e.type,l=t[n],d=l&&!(2&l.__u);if(l===null&&r==null||d&&r==l.key&&a==l.type)return n;
if(o>(d?1:0)){for(i=n-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=n+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function En(e,t,n){n==null&&(n=""),t[0]=="-"?e.setProperty(t,n):e[t]=n}
function Qe(e,t,n,o,i){var r,a;if(t=="style")if(typeof n=="string")e.style.cssText=n;else{if(typeof o=="string"&&(e.style.
cssText=o=""),o)for(t in o)n&&t in n||En(e.style,t);if(n)for(t in n)o&&n[t]==o[t]||En(e.style,t,n[t])}else if(t[0]=="o"&&
t[1]=="n")typeof n!="function"&&(n=null),typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=n,n&&o||(a=Lt[t]||(Lt[t]=
zr(t)),(e.__a||(e.__a={}))[t]=It,r=t!=(t=t.replace(An,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),n?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=n??"")}catch{}if(typeof n=="function")return;n==null||n===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&n==1?"":n)}}function zr(e){return function(t){var n=this.
__e;if(n){if(n=n[e],t[et]==null)t[et]=It++;else if(t[et]<this.__a[e])return;return n(y.event?y.event(t):t)}}}function Bt(e,t,n,o,i,r,a,l,d,p){
var c,h,m,f,v,T,b,x,g,P,S,Dt,Cn,Ye,ce,Mn,oe,fe,X=t.type;if(t.constructor!==je)return null;128&n.__u&&(d=32&n.__u,c=n.__c.
__z)&&(t.__u|=d,h=r=[],c.nodeType==8?l=tt(c,r):r.push(c),l=r[0]||l),(c=y.__b)&&c(t);e:if(typeof X=="function"){m=a.length;
try{if(x=t.props,g=(c=X.prototype)&&c.render,P=(c=X.contextType)&&o[c.__c],S=c?P?P.props.value:c.__:o,(f=n.__c)?(t.__c=f,
2&f.__g&&(f.__g|=1)):(g?t.__c=f=new X(x,S):(t.__c=f=new ve(x,S),f.constructor=X,f.render=Hr),P&&P.sub(f),f.state||(f.state=
{}),f.__n=o,f.__g|=8,f.__h=[],f.__k=[]),g&&(f.__s||(f.__s=f.state),X.getDerivedStateFromProps&&(f.__s==f.state&&(f.__s=pe(
{},f.__s)),pe(f.__s,X.getDerivedStateFromProps(x,f.__s)))),v=f.props,T=f.state,f.__v=t,n.__c){if(x!==v&&g&&!X.getDerivedStateFromProps&&
f.componentWillReceiveProps&&f.componentWillReceiveProps(x,S),t.__v==n.__v&&!(8&f.__g)||!(4&f.__g)&&f.shouldComponentUpdate&&
f.shouldComponentUpdate(x,f.__s,S)===!1){t.__v!=n.__v&&(f.props=x,f.state=f.__s,f.__g&=-9),t.__e=n.__e,t.__k=n.__k,t.__k.
some(function(F){F&&(F.__=t)}),rt.push.apply(f.__h,f.__k),f.__k=[],f.__h.length&&a.push(f),l=ie(n);break e}f.componentWillUpdate&&
f.componentWillUpdate(x,f.__s,S),g&&f.componentDidUpdate&&f.__h.push(function(){f.componentDidUpdate(v,T,b)})}else g&&!X.
getDerivedStateFromProps&&f.componentWillMount&&f.componentWillMount(),g&&f.componentDidMount&&f.__h.push(f.componentDidMount);
f.context=S,f.props=x,f.__P=e,f.__g&=-5,Dt=y.__r,Cn=g?25:0;do f.__g&=-9,Dt&&Dt(t),c=f.render(f.props,f.state=f.__s,f.context);while(8&
f.__g&&++Cn<25);g&&(rt.push.apply(f.__h,f.__k),f.__k=[]),f.state=f.__s,f.getChildContext&&(o=pe({},o,f.getChildContext())),
g&&n.__c&&f.getSnapshotBeforeUpdate&&(b=f.getSnapshotBeforeUpdate(v,T)),Ye=c&&c.type===he&&c.key==null?c.props.children:
c,x.__P&&(c=l,i=(e=x.__P).namespaceURI,d=r=null,n.props&&n.props.__P!=e&&(n.__k.some(function(F){F&&Ft(F,F)}),n.__k=null),
l=n.__k?ie(n,0):null),l=jn(e,Ut(Ye)?Ye:[Ye],t,n,o,i,r,a,l,d,p),x.__P&&(t.__e=null,l=c),t.__u&=-161,h&&h.some(de),f.__h.length&&
a.push(f),1&f.__g&&(f.__g&=-4)}catch(F){if(a.length=m,t.__v=null,d||r)if(F&&F.then){if(t.__u|=128|d,r){for(~(oe=r.indexOf(
l||void 0))||(oe=r.length);(fe=r[oe-1])&&fe.nodeType==8;)oe--;for(;oe<r.length;oe++)if(fe=r[oe])if(r[oe]=null,ce){if(fe==
Mn)break}else{if(fe.nodeType!=8)break;fe.data.startsWith("$s")&&(Mn=tt(ce=fe))}}if(!ce){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;ce=l}(c=tt(ce=t.__c.__z||(t.__c.__z=ce)))?(t.__e=ce,l=c):t.__e=l,l=l&&l.nextSibling}else r&&r.some(de);else
t.__e=n.__e;t.__k||(t.__k=n.__k||[]),F&&F.then||Rn(t),y.__e(F,t,n)}}else l=t.__e=Br(n.__e,t,n,o,i,r,a,d,p,e);return(c=y.
diffed)&&c(t),l}function tt(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var n=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))n++;else if(e.data.startsWith("/$s")&&!--n)return e}t&&t.push(e)}}function Rn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(Rn))}function In(e,t,n){for(var o=0;o<n.length;)Ht(n[o++],n[o++],n[o++]);y.__c&&y.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){y.__e(r,i.__v)}})}function Br(e,t,n,o,i,r,a,l,d,p){
var c,h,m,f,v,T,b,x,g=n.props||ot,P=t.props,S=t.type;if(S=="svg"?i="http://www.w3.org/2000/svg":S=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if((v=r[c])&&(S?v.localName==S:
v.nodeType==3)){e=v,r[c]=null;break}}if(!e){if(x=p.ownerDocument||document,!S)return x.createTextNode(P);e=x.createElementNS(
i,S,P.is?P:p),l&&(y.__m&&y.__m(t,r),l=!1),r=null}if(S){if(p=S=="template"&&e.content||e,r=S=="textarea"&&P.defaultValue!=
null?null:r&&zt.call(p.childNodes),!l&&r)for(g={},c=0;c<e.attributes.length;c++)g[(v=e.attributes[c]).name]=v.value;for(c in g)
v=g[c],c=="dangerouslySetInnerHTML"?m=v:c=="children"||c in P||c=="value"&&"defaultValue"in P||c=="checked"&&"defaultChe\
cked"in P||Qe(e,c,null,v,i);for(c in P)v=P[c],c=="children"?f=v:c=="dangerouslySetInnerHTML"?h=v:c=="value"?T=v:c=="chec\
ked"?b=v:l&&typeof v!="function"||g[c]===v||Qe(e,c,v,g[c],i);h?(l||m&&(h.__html==m.__html||h.__html==e.innerHTML)||(e.innerHTML=
h.__html),t.__k=[]):(m&&(e.textContent=""),(S=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Lr.test(S))&&(i=
"http://www.w3.org/1999/xhtml"),jn(p,Ut(f)?f:[f],t,n,o,i,r,a,r?r[0]:n.__k&&ie(n,0),l,d),r&&r.some(de)),l&&S!="textarea"||
(c="value",S=="progress"&&T==null?e.removeAttribute(c):T==null||T===e[c]&&(S!="progress"||T)||Qe(e,c,T,g[c],i),c="checke\
d",b!=null&&b!=e[c]&&Qe(e,c,b,g[c],i))}else g===P||l&&e.data==P||(e.data=P);return e}function Ht(e,t,n,o){try{typeof e==
"function"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
y.__e(i,n)}}function Ft(e,t,n){var o,i,r,a;if(y.unmount&&y.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||Ht(o,null,
t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){y.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(a=
0;a<o.length;a++)o[a]&&Ft(o[a],t,typeof e.type!="function"||n&&!e.props.__P);!n&&(o=e.__c)&&(o=o.__z)&&(i=tt(o,r=[]))&&(o==
e.__e&&r.some(de),de(i),de(o)),n||de(e.__e),e.__e=e.__c=e.__=null}function Hr(e,t,n){return this.constructor(e,n)}function Un(e,t){
var n,o,i,r;y.__&&y.__(e,t),t.nodeType==9&&(t=t.documentElement),o=(n=e&&32&e.__u)?null:t.__k,t.__k=De(he,{children:[e]}),
i=[],r=[],Bt(t,t.__k,o||ot,ot,t.namespaceURI,o?null:t.firstChild?zt.call(t.childNodes):null,i,o?o.__e:t.firstChild,n,r),
In(i,t.__k,r),t.__k.props.children=null}y={__e:function(e,t,n,o){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,o||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw nt=0,e}},Tn=0,Rt=function(e){return e!=null&&e.constructor===je},ve.prototype.setState=function(e,t){
var n=this.__s;n&&n!=this.state||(n=this.__s=pe({},this.state)),typeof e=="function"&&(e=e(pe({},n),this.props)),e&&(pe(
n,e),this.__v&&(t&&this.__k.push(t),On(this)))},ve.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),On(this))},ve.prototype.render=he,re=[],nt=0,Pn=function(e,t){return e.__v.__b-t.__v.__b},et=Symbol(),An=/(PointerCapture)$|Capture$/i,
It=0,Lt={},jr=0;var Re,M,qt,zn,Wt=Object.is,at=0,Jn=[],Gt=[],C=y,Bn=C.__b,Hn=C.__r,Fn=C.diffed,qn=C.__c,Wn=C.unmount,Gn=C.__;function Vt(e,t){
C.__h&&C.__h(M,e,at||t),at=0;var n=M.__H||(M.__H={__:[],__h:[]});return e>=n.__.length&&n.__.push({}),n.__[e]}function G(e){
return at=1,Fr(Xn,e)}function Fr(e,t,n){var o=Vt(Re++,2);if(o.t=e,!o.__c&&(o.__=[n?n(t):Xn(void 0,t),function(r){var a=(o.
__N||o.__)[0],l=o.t(a,r);Wt(a,l)||(o.__N=[l,o.__[1]],o.__c.setState({}))}],o.__c=M,!M.__f)){M.__f=!0;var i=M.shouldComponentUpdate;
M.shouldComponentUpdate=function(r,a,l){var d=this.__H;if(!d)return!0;var p=!1,c=this.props!=r;if(d.__.some(function(m){
m.__N&&(p=!0,Wt(m.__[0],m.__N[0])||(c=!0))}),i){var h=i.call(this,r,a,l);return p?h||c:h}return!p||c}}return o.__}function q(e,t){
var n=Vt(Re++,3);!C.__s&&Zn(n.__H,t)&&(n.__P=!0,n.__=e,n.u=t,M.__H.__h.push(n))}function Jt(e){return at=5,st(function(){return{current:e}},[])}function st(e,t){var n=Vt(Re++,7);return Zn(n.__H,t)&&(n.__=e(),n.__H=t),n.__}function qr(){var e;do{for(;e=Gt.shift();)try{Le(e)}catch(n){C.__e(n,{__:(e=e.__P)&&e.__v})}for(;e=Jn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(Le),t.__h.some(Kt),t.__h=[]}catch(n){t.__h=[],C.__e(n,e.__v)}}}while(Gt.length)}C.__b=function(e){
M=null,Bn&&Bn(e)},C.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Gn&&Gn(e,t)},C.__r=function(e){Hn&&Hn(e),Re=
0;var t=(M=e.__c).__H;t&&(qt==M?M.__h=[]:(t.__h.some(Le),t.__h.some(Kt),Re=0),t.__h=[],t.__.some(function(n){n.__N&&(n.__=
n.__N),n.u=n.__N=void 0})),qt=M},C.diffed=function(e){Fn&&Fn(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Vn(Jn.push(t)),
t.__H.__.some(function(n){n.u&&(n.__H=n.u)})),qt=M=null},C.__c=function(e,t){t.some(function(n){try{n.__h.some(Le),n.__h=
n.__h.filter(function(o){return!o.__||Kt(o)})}catch(o){n.__h=[function(){throw o}]}}),qn&&qn(e,t)},C.unmount=function(e){
Wn&&Wn(e);var t,n,o=e.__c;o&&o.__H&&(o.__H.__.some(function(i){try{if(i.__P&&i.__c){if(n===void 0){for(n=e.__;n&&(!n.__c||
!n.__c.__P);)n=n.__;n=n&&n.__c}i.__P=n,Vn(Gt.push(i))}else Le(i)}catch(r){t=r}}),o.__H=void 0,t&&C.__e(t,o.__v))};var Kn=typeof requestAnimationFrame==
"function";function Wr(e){var t,n=function(){clearTimeout(o),Kn&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(n,35);
Kn&&(t=requestAnimationFrame(n))}function Vn(e){e!=1&&zn==C.requestAnimationFrame||((zn=C.requestAnimationFrame)||Wr)(qr)}
function Le(e){var t=M,n=e.__c;typeof n=="function"&&(e.__c=void 0,n()),M=t}function Kt(e){var t=M;e.__c=e.__(),M=t}function Zn(e,t){
return!e||e.length!=t.length||t.some(function(n,o){return!Wt(n,e[o])})}function Xn(e,t){return typeof t=="function"?t(e):
t}var Gr=Symbol.for("preact-signals");function ft(){if(Y>1)Y--;else{var e,t=!1;for((function(){var i=ut;for(ut=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();Ue!==void 0;){var n=Ue;for(Ue=
void 0,lt++;n!==void 0;){var o=n.u;if(n.u=void 0,n.f&=-3,!(8&n.f)&&Qn(n))try{n.c()}catch(i){t||(e=i,t=!0)}n=o}}if(lt=0,Y--,
t)throw e}}function Xt(e){if(Y>0)return e();Zt=++Kr,Y++;try{return e()}finally{ft()}}var Ie,k=void 0;function ze(e){var t=k,
n=Ie;k=void 0,Ie=void 0;try{return e()}finally{k=t,Ie=n}}var Ue=void 0,Y=0,lt=0,Kr=0,Zt=0,ut=void 0,ct=0;function Yn(e){
if(k!==void 0){var t=e.n;if(t===void 0||t.t!==k)return t={i:0,S:e,p:k.s,n:void 0,t:k,e:void 0,x:void 0,r:t},k.s!==void 0&&
(k.s.n=t),k.s=t,e.n=t,32&k.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=k.
s,t.n=void 0,k.s.n=t,k.s=t),t}}function O(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}O.prototype.brand=Gr;O.prototype.h=function(){return!0};O.prototype.S=function(e){
var t=this,n=this.t;n!==e&&e.e===void 0&&(e.x=n,this.t=e,n!==void 0?n.e=e:ze(function(){var o;(o=t.W)==null||o.call(t)}))};
O.prototype.U=function(e){var t=this;if(this.t!==void 0){var n=e.e,o=e.x;n!==void 0&&(n.x=o,e.e=void 0),o!==void 0&&(o.e=
n,e.x=void 0),e===this.t&&(this.t=o,o===void 0&&ze(function(){var i;(i=t.Z)==null||i.call(t)}))}};O.prototype.subscribe=
function(e){var t=this;return z(function(){var n=t.value;ze(function(){return e(n)})},{name:"sub"})};O.prototype.valueOf=
function(){return this.value};O.prototype.toString=function(){return this.value+""};O.prototype.toJSON=function(){return this.
value};O.prototype.peek=function(){var e=this;return ze(function(){return e.value})};Object.defineProperty(O.prototype,"\
value",{get:function(){var e=Yn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(lt>100)throw new Error(
"Cycle detected");(function(n){Y!==0&&lt===0&&n.l!==Zt&&(n.l=Zt,ut={S:n,v:n.v,i:n.i,o:ut})})(this),this.v=e,this.i++,ct++,
Y++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{ft()}}}});function _(e,t){return new O(e,t)}function Qn(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function eo(e){for(var t=e.s;t!==void 0;t=t.n){
var n=t.S.n;if(n!==void 0&&(t.r=n),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function to(e){for(var t=e.s,n=void 0;t!==
void 0;){var o=t.p;t.i===-1?(t.S.U(t),o!==void 0&&(o.n=t.n),t.n!==void 0&&(t.n.p=o)):n=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=o}e.s=n}function me(e,t){O.call(this,void 0,t),this.x=e,this.s=void 0,this.g=ct-1,this.f=4}me.prototype=new O;me.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===ct))return!0;if(this.g=ct,this.f|=
1,this.i>0&&!Qn(this))return this.f&=-2,!0;var e=k;try{eo(this),k=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(n){this.v=n,this.f|=16,this.i++}return k=e,to(this),this.f&=-2,!0};me.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}O.prototype.S.call(this,e)};me.prototype.
U=function(e){if(this.t!==void 0&&(O.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};me.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
me.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=Yn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function Q(e,t){return new me(e,t)}function no(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){Y++;var n=k;k=void 0;try{t()}catch(o){throw e.f&=-2,e.f|=8,Yt(e),o}finally{k=n,ft()}}}function Yt(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,no(e)}function Vr(e){if(k!==this)throw new Error("Out-of-o\
rder effect");to(this),k=e,this.f&=-2;try{8&this.f&&Yt(this)}finally{ft()}}function $e(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Ie&&Ie.push(this)}$e.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};$e.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,no(this),eo(this),Y++;var e=k;return k=this,Vr.bind(this,e)};$e.
prototype.N=function(){2&this.f||(this.f|=2,this.u=Ue,Ue=this)};$e.prototype.d=function(){this.f|=8,1&this.f||Yt(this)};
$e.prototype.dispose=function(){this.d()};function z(e,t){var n=new $e(e,t);try{n.c()}catch(i){throw n.d(),i}var o=n.d.bind(
n);return o[Symbol.dispose]=o,o}var oo,pt,dt,Jr=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var ro=[];z(function(){oo=this.N})();function ge(e,t){y[e]=t.bind(null,y[e]||function(){})}function Be(e){if(dt){var t=dt;
dt=void 0,t()}dt=e&&e.S()}function io(e){var t=this,n=e.data,o=Xr(n);o.name="ReactiveDom",o.value=n;var i=st(function(){
for(var l=t,d=t.__v;d=d.__;)if(d.__c){d.__c.__$f|=4;break}var p=Q(function(){var f=o.value.value;return f===0?0:f===!0?"":
f||""}),c=Q(function(){return!Array.isArray(p.value)&&!Rt(p.value)}),h=z(function(){if(this.N=ao,c.value){var f=p.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=f)}}),m=t.__$u.d;return t.__$u.d=function(){h(),m.call(this)},
[c,p]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}io.displayName="ReactiveTextNode";Object.defineProperties(O.prototype,
{constructor:{configurable:!0,value:it(he,null).constructor},type:{configurable:!0,value:io},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});ge("__b",function(e,t){if(Be(),pt=
void 0,typeof t.type=="string"){var n,o=t.props;for(var i in o)if(i!=="children"){var r=o[i];r instanceof O&&(n||(t.__np=
n={}),n[i]=r,o[i]=r.peek())}}e(t)});ge("__r",function(e,t){if(e(t),t.type!==he){Be();var n,o=t.__c;o&&(o.__$f&=-2,(n=o.__$u)===
void 0&&(o.__$u=n=(function(i,r){var a;return z(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
Jr&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(o),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),pt=o,Be(n)}});ge("__e",function(e,t,n,o){Be(),pt=void 0,e(t,n,o)});ge("diffed",function(e,t){Be(),pt=void 0;var n;
if(typeof t.type=="string"&&(n=t.__e)){var o=t.__np,i=t.props,r=n.U;if(r)for(var a in r){var l=r[a];l===void 0||o&&a in o||
(l.d(),r[a]=void 0)}if(o){r||(r={},n.U=r);for(var d in o){var p=r[d],c=o[d];p===void 0?(p=Zr(n,d,c,i),r[d]=p):p.o(c,i)}}}
e(t)});function Zr(e,t,n,o){var i=t in e&&e.ownerSVGElement===void 0,r=_(n);return{o:function(a,l){r.value=a,o=l},d:z(function(){
this.N=ao;var a=r.value.value;o[t]!==a&&(o[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}ge("unmount",function(e,t){if(typeof t.type=="string"){var n=t.__e;if(n){var o=n.U;if(o){n.U=void 0;for(var i in o){
var r=o[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var d in a)l[d]=a[d]}t.__np=void 0}else{var p=t.__c;if(p){p.__$f|=
8;var c=p.__$u;c&&(p.__$u=void 0,c.d())}}e(t)});ge("__h",function(e,t,n,o){o<3&&(t.__$f|=2),e(t,n,o)});ve.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var n=this.__$u,o=n&&n.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(o||r||4&this.__$f)||1&this.__$f)return!0}else if(!(o||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function Xr(e,t){return st(function(){return _(e,t)},[])}var Yr=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Qr(){Xt(function(){for(var e;e=ro.shift();)oo.call(e)})}function ao(){ro.push(this)===1&&(y.requestAnimationFrame||
Yr)(Qr)}function j(e,t,n="localStorage"){try{let o=window[n].getItem(`easel.${e}`);return o===null?t:JSON.parse(o)}catch{return t}}
function B(e,t,n="localStorage"){try{t===void 0?window[n].removeItem(`easel.${e}`):window[n].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var Qt=window.matchMedia("(prefers-color-scheme: dark)"),so=j("appearance",null),ae=_(so?so==="dark":Qt.matches);function en(){
document.documentElement.dataset.theme=ae.value?"dark":"light"}Qt.addEventListener("change",()=>{j("appearance",null)||(ae.
value=Qt.matches,en())});en();function lo(){ae.value=!ae.value,B("appearance",ae.value?"dark":"light"),en()}var ye=class extends Error{constructor(t,n,o){super(n?.error??n?.message??`HTTP ${t}`),this.status=t,this.code=n?.code??
"",this.field=n?.details?.field??"",this.retryAfter=Number(o?.get("Retry-After"))||n?.details?.retryAfter||0}get passing(){
return this.status===0||this.status===503}};async function L(e,t,{body:n,headers:o={},text:i}={}){let r={...o};n!==void 0&&
(r["Content-Type"]="application/json");let a;try{a=await fetch(t,{method:e,headers:r,body:i??(n===void 0?void 0:JSON.stringify(
n))})}catch{throw new ye(0,{error:"The network failed. Is Easel running?"})}let l=await a.json().catch(()=>null);if(!a.ok&&
a.status!==304)throw new ye(a.status,l,a.headers);return{status:a.status,body:l,headers:a.headers}}async function be(e,t){
return(await L("GET",e,{headers:t})).body}function _e(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/\
api/images/")?t:e}function ht(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(
2,"0")).join("")}function we(e){return new Promise(t=>setTimeout(t,e*1e3))}var w=_(null),He=_("");async function uo(){try{let[e,{providers:t},{models:n,fields:o}]=await Promise.all([be("/api"),be(
"/api/providers"),be("/api/models")]),{features:i,access:r,picturesNeedKey:a,version:l}=e;w.value={providers:t,models:n,
fields:o,features:i,access:r,picturesNeedKey:a,version:l},He.value=""}catch(e){He.value=e.message}}function mt(e){return w.
value.features.includes(e)}function J(e){return w.value.providers.find(t=>t.id===e)}function _t(e){return w.value.models.
filter(t=>t.provider===e)}function K(e,t){return w.value.models.find(n=>n.provider===e&&n.id===t)}function ke({provider:e,
model:t}){return{provider:J(e)?.name??e,model:K(e,t)?.name??t}}function co(e){return w.value.models.filter(t=>t.family===
e.family&&t.provider!==e.provider)}var fo=j("credentials",null),xe=_(fo!==null),N=_(fo??j("credentials",{},"sessionStorage")),ei=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function po(e,t){N.value={...N.value,[e]:t.replace(ei,"")},tn()}function ho(e){xe.value=e,tn()}function mo(){N.value={},
xe.value=!1,tn()}function tn(){let e=Object.fromEntries(Object.entries(N.value).filter(([,t])=>t));B("credentials",xe.value?
e:void 0),B("credentials",xe.value?void 0:e,"sessionStorage")}function Se(){return w.value.access==="keys"}function Ce(e){
let{[e]:t,access:n}=N.value;return!!(n||!Se()&&(t||!J(e).requiresAuth))}function vt(e){let{[e]:t,access:n}=N.value;return Se()||
!!(n&&!t)}function _o(e){let t=N.value[e];return{...vt(e)?R():{},...t?{[J(e).authHeader]:t}:{}}}function Fe(){return w.value.
picturesNeedKey?R():{}}function R(){let{access:e}=N.value;return e?{Authorization:`Bearer ${e}`}:{}}var ti=100,vo=20,ni=3,$o=["succeeded","failed","cancelled"],$t=class{#t;#n;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#o=0;constructor(t,n){
this.#t=t,this.#n=n}isOf(t){return this.#n===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:n})=>$o.
includes(n)))}get more(){return this.#e.length===vo&&!!this.#e.at(-1).next}async look(t=!1){let n=this.#e.filter(({settled:o})=>!o);
for(let o of n.sort((i,r)=>i.asked-r.asked).slice(0,ni))await this.#r(o,t);return n.length>0}async#r(t,n){let o=`/api/ba\
tches/${this.#t}/results?limit=${ti}&cursor=${t.cursor}`,{body:i}=await L("GET",o,{headers:R()});t.asked=++this.#o,t.lines=
i.results,t.settled=n||i.results.length>0&&i.results.every(({status:r})=>$o.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<vo&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var go={"1 line is wrong: see it":"1 行有错：查看","A file of prompts becomes pictures overnight: a CSV with a hea\
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
Picture:"图片",Pictures:"图片","Pictures left of your key until {time}: {n}":"密钥剩余图片（至 {time}）：{n}",
"Pictures this month":"本月图片","Pictures today":"今日图片","Pictures under way":"进行中的图片","Programm\
ing language":"编程语言",Progress:"进度",Prompt:"提示词",Provider:"服务商","Reading the file":"正在读取文件",
Reason:"原因",Remove:"移除","Remove all":"全部移除","Remove all pictures?":"移除全部图片？","Remove from \
the list":"从列表移除","Results as a file":"下载结果文件","Results so far as a file":"下载目前的结果",
"Roll a seed":"随机种子","Run all of it anew":"全部重新运行","Run the rest again":"重跑未完成的","Run th\
e {n} without a picture again":"重新运行没有图片的 {n} 张",Running:"运行中","Same prompt on several models":"\
同一提示词，多个模型","Same size and seed for all; steps and guidance are each model's own. Each picture count\
s at its provider.":"尺寸和种子相同；步数和引导强度取各模型的默认值。每张图片都计入服务商的额度。",
Scale:"倍数","See that batch":"查看该批量任务",Seed:"种子","Show the comparison":"查看比较","Show more":"\
显示更多",Size:"尺寸","Start 1 picture":"开始生成 1 张图片","Start the batch":"启动批量任务","Start {\
n} pictures":"开始生成 {n} 张图片","Starting a batch needs an Easel key.":"启动批量任务需要 Easel 密钥。",
"Starting…":"正在启动…",Steps:"步数","Swap width and height":"交换宽高","The bucket did not take the file.\
 Does AllowedOrigins of the deployment name {origin}?":"存储桶没有接受该文件。部署的 AllowedOrigins 是否包含 {origin}？",
"The first {lines} lines ask for {pictures} pictures; the file is longer.":"前 {lines} 行共 {pictures} 张图片；文件还有更多行。",
"These are the first {n} lines.":"这里是前 {n} 行。","These are the first {n} results; the file has all when the b\
atch has ended.":"这里是前 {n} 条结果；批量任务结束后，文件中有全部结果。","This Easel needs a \
key of yours.":"此 Easel 需要你的密钥。","This browser has no room for more pictures; the newest are here until \
the page is closed.":"浏览器空间已满；最新的图片只保留到页面关闭为止。","This browser keeps no g\
allery; pictures are here until the page is closed.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This file has run before, at {time}: {n} of {all} pictures, {failed} without one. What do you want?":"此文件已于 {time} 运行过：\
{all} 张中完成 {n} 张，{failed} 张没有图片。您想怎么做？","This file was started at {time} and still r\
uns.":"此文件已于 {time} 启动，仍在运行。","This model makes these sizes only":"此模型只支持这些尺寸",
Time:"用时",Tokens:"令牌","Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them\
.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。","Try again":"\
重试","Try again in {time}":"请在 {time} 后重试","Upscale {scale}×":"放大 {scale} 倍",Upscaling:"放大","Var\
y the seed":"换个种子",Views:"视图","Waits for {provider} until {time}: {reason}":"等待 {provider} 至 {time}：{reason}",
"Waits for {provider}: {reason}":"等待 {provider}：{reason}","What the key allows":"密钥的额度","What should be \
in the picture?":"画面里应该有什么？","What such a file looks like":"文件示例",Width:"宽","Write a prompt \
first.":"请先填写提示词。","Wrong lines":"有错的行","Zoom to full size":"放大到原始尺寸","again from \
{time}":"{time} 起恢复","about {time} left":"约剩 {time}","also at {providers}":"另见 {providers}","batches too":"\
可运行批量任务","family {family}":"系列 {family}","handed over":"已提交","in the provider's queue: {n}":"服务商\
队列中的位置：{n}","low quality, blurry":"低质量，模糊","no batches":"不可运行批量任务","no guidanc\
e":"不支持引导强度","no negative prompt":"不支持反向提示词","or drop it here":"或拖放到这里",random:"\
随机","took {time}":"用时 {time}","until {time}":"有效期至 {time}","usually {time}":"通常 {time}","waits for i\
ts turn":"排队等待","{bad} lines are wrong: see them":"{bad} 行有错：查看","{good} lines ask for {pictures} pi\
ctures.":"{good} 行，共 {pictures} 张图片。","{label}, slider":"{label}，滑块","{min} to {max} pixels a side":"\
边长 {min} 至 {max} 像素","{min} to {max} pixels a side, in steps of {step}":"每边 {min} 至 {max} 像素，步长 {step}",
"{n} failed so far":"目前失败 {n} 张","{n} KB":"{n} KB","{n} a minute":"每分钟 {n} 张","{n} cancelled":"{n} 张已取\
消","{n} failed":"{n} 张失败","{n} of {all}":"{n} / {all}","{n} of {all} pictures":"{n} / {all} 张图片","{n} pict\
ures are removed from this browser. Their links live on until the deployment removes them.":"将从此浏览器移除 {n} 张图片。它们的链接在部署清理\
之前仍然有效。","{n} running":"{n} 张进行中","{n} s":"{n} 秒","{n} to come":"{n} 张待处理","{provider} n\
eeds a token of yours.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}"};var oi=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",Me=_(j("language",oi));z(()=>{document.documentElement.
lang=Me.value==="zh"?"zh-Hans":"en"});function yo(e){Me.value=e,B("language",e)}function s(e,t={}){return(Me.value==="zh"?
go[e]??e:e).replace(/\{(\w+)\}/g,(o,i)=>t[i]??o)}function Z(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",
{n:t});let n=[Math.floor(t/3600),Math.floor(t/60)%60,t%60];return(n[0]?n:n.slice(1)).map((i,r)=>r?String(i).padStart(2,"\
0"):i).join(":")}function ee(e){let t=new Date(e*1e3),o=t.toDateString()===new Date().toDateString()?{}:{month:"short",day:"\
numeric"};return t.toLocaleString(Me.value==="zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...o})}var H=_([]),A=_(null),ri=2,bo=256*1024;function qe(e,t){H.value=H.value.map(n=>n.id===e?{...n,...t}:n)}function wo(){B("\
batches",H.value.map(({id:e,name:t})=>({id:e,name:t})))}function ko(){H.value=j("batches",[]),H.value.forEach(({id:e})=>We(
e))}async function xo(e){A.value={file:e};try{let t=e.size<=bo,n=new Uint8Array(await e.slice(0,bo).arrayBuffer()),o=t?n.
length:n.lastIndexOf(10)+1||n.length,i={"Content-Type":"application/octet-stream"},{body:r}=await L("POST","/api/batches\
/preview",{text:n.slice(0,o),headers:i});if(A.value?.file!==e)return;A.value={file:e,preview:r,whole:t&&r.complete},R().
Authorization&&gt(e,{before:(await Co(e)).batch})}catch(t){gt(e,{error:t.message})}}function gt(e,t){A.value?.file===e&&
(A.value={...A.value,...t})}function So(){A.value=null}async function yt(e){let{file:t,before:n}=A.value;A.value={...A.value,
starting:!0,error:void 0};try{let o=e==="rest"?{retry:n.batchId}:await ii(t,e);if(!o)return;let i=await L("POST","/api/b\
atches",{body:o,headers:R()});Oo(i.body.batchId,t.name),A.value=null}catch(o){gt(t,{starting:!1,error:o.message})}}async function ii(e,t){
let n=await Co(e);return n.batch&&!t?(gt(e,{starting:!1,before:n.batch}),null):(await ai(n,e),{manifest:n.manifest,...t===
"anew"?{scheduledTime:new Date().toISOString()}:{}})}async function Co(e){let t={size:e.size,name:e.name,digest:await si(
e)};return(await L("POST","/api/batches/uploads",{body:t,headers:R()})).body}function Mo(){let{file:e,before:t}=A.value;
Oo(t.batchId,e.name),A.value=null}async function ai({uploadUrl:e,uploadHeaders:t},n){if(!(await fetch(e,{method:"PUT",headers:t,
body:n}).catch(()=>null))?.ok)throw new Error(s("The bucket did not take the file. Does AllowedOrigins of the deployment\
 name {origin}?",{origin:location.origin}))}async function si(e){if(!crypto.subtle)return`${e.size}-${e.lastModified}`;let t=new Uint8Array(
await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.from(t.slice(0,16),n=>n.toString(16).padStart(
2,"0")).join("")}function Oo(e,t){H.value=[{id:e,name:t},...H.value.filter(n=>n.id!==e)],wo(),We(e)}var nn=new Set;async function We(e){
if(nn.has(e))return;nn.add(e);let t,n=0,o=()=>qe(e,{lines:t.lines,more:t.more});try{for(;;){let i=await L("GET",`/api/ba\
tches/${e}`,{headers:R()});if(!li(e))return;let{counts:r,run:a,finishedAt:l}=i.body;qe(e,{status:i.body,error:void 0}),t?.
isOf(a)||(t=new $t(e,a));let d=r.succeeded+r.failed+r.cancelled;if(d!==n&&(await t.look(),o()),n=d,l)break;await we(Number(
i.headers.get("Retry-After"))||ri)}for(;await t.look(!0);)o()}catch(i){qe(e,{error:i.message})}finally{nn.delete(e)}}function li(e){
return H.value.find(t=>t.id===e)}async function Eo(e){let t=await fetch(`/api/batches/${e}/results`,{headers:R()});if(!t.
ok)throw new Error(`HTTP ${t.status}`);return t.blob()}async function To(e){await Ao(e,()=>L("DELETE",`/api/batches/${e}`,
{headers:R()}))}async function Po(e){await Ao(e,()=>L("POST","/api/batches",{body:{retry:e},headers:R()})),qe(e,{lines:void 0})}
async function Ao(e,t){try{await t(),We(e)}catch(n){qe(e,{error:n.message})}}function No(e){H.value=H.value.filter(t=>t.
id!==e),wo()}var se=_([]),Ke=_(""),Ge=new Map,rn=null;function on(e){return new Promise((t,n)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>n(e.error)})}function Do(e){return rn.transaction("pictures",e).objectStore("pictures")}async function jo(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),rn=await on(e);let t=await on(
Do("readonly").getAll());se.value=t.sort((n,o)=>o.createdAt-n.createdAt)}catch{Ke.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function Lo(e){if(se.value.some(o=>o.id===e.id))return;let t=await an(
e.url),n=t?{...e,blob:t}:e;se.value=[n,...se.value].sort((o,i)=>i.createdAt-o.createdAt),await Ro(o=>o.put(n))}async function an(e){
try{let t=await fetch(_e(e),{headers:Fe()});return t.ok?await t.blob():null}catch{return null}}async function bt(e){se.value=
se.value.filter(t=>!e.includes(t.id));for(let t of e)URL.revokeObjectURL(Ge.get(t)),Ge.delete(t),await Ro(n=>n.delete(t))}
async function Ro(e){if(rn)try{await on(e(Do("readwrite")))}catch{Ke.value="This browser has no room for more pictures; \
the newest are here until the page is closed."}}function Oe(e){return e.blob?(Ge.has(e.id)||Ge.set(e.id,URL.createObjectURL(
e.blob)),Ge.get(e.id)):_e(e.url)}function wt(e){let t={JPEG:"jpg"}[e.format]??e.format.toLowerCase();return`${(e.asked.prompt??
"upscaled").replace(/[^\p{L}\p{N}]+/gu,"-").replace(/^-+|-+$/g,"").slice(0,40)||"picture"}-${e.id.slice(-6)}.${t}`}var ui=Uint32Array.from({length:256},(e,t)=>{let n=t;for(let o=0;o<8;o+=1)n=n&1?n>>>1^3988292384:n>>>1;return n});function ci(e){
let t=4294967295;for(let n of e)t=ui[(t^n)&255]^t>>>8;return(t^4294967295)>>>0}function sn(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),n=new DataView(t.buffer),o=0;for(let[i,r]of e)i===2?n.setUint16(o,r,!0):n.setUint32(o,r,!0),o+=i;
return t}var fi=2048;function Io(e){let t=new Date,n=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,o=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:p,bytes:c}of e){let h=new TextEncoder().encode(p),m=c.length,
f=[[2,20],[2,fi],[2,0],[2,n],[2,o],[4,ci(c)],[4,m],[4,m],[2,h.length],[2,0]],v=sn([4,67324752],...f);r.push(sn([4,33639248],
[2,20],...f,[2,0],[2,0],[2,0],[4,0],[4,a]),h),i.push(v,h,c),a+=v.length+h.length+m}let l=r.reduce((p,c)=>p+c.length,0),d=sn(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,d],{type:"application/\
zip"})}function kt(e,t){let n=URL.createObjectURL(e);Uo(n,t),setTimeout(()=>URL.revokeObjectURL(n),6e4)}function Uo(e,t){let n=document.
createElement("a");n.href=e,n.download=t,n.click()}function zo(e){Uo(Oe(e),wt(e))}function ln(e){let{id:t,asked:n,details:o,
format:i,warnings:r,createdAt:a}=e;return{file:wt(e),jobId:t,createdAt:a,asked:n,obtained:{...o,format:i},warnings:r}}async function Bo(e){
let t=e.filter(i=>i.blob),n=await Promise.all(t.map(async i=>({name:wt(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
o=new TextEncoder().encode(JSON.stringify(e.map(ln),null,2));kt(Io([...n,{name:"parameters.json",bytes:o}]),"easel-pictu\
res.zip")}var Fo=function(e,t,n,o){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,n[t[r++]]):t[++r];a===
3?o[0]=l:a===4?o[1]=Object.assign(o[1]||{},l):a===5?(o[1]=o[1]||{})[t[++r]]=l:a===6?o[1][t[++r]]+=l+"":a?(i=e.apply(l,Fo(
e,l,n,["",null])),o.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):o.push(l)}return o},Ho=new Map;function qo(e){var t=Ho.get(this);
return t||(t=new Map,Ho.set(this,t)),(t=Fo(this,t.get(e)||(t.set(e,t=(function(n){for(var o,i,r=1,a="",l="",d=[0],p=function(m){
r===1&&(m||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?d.push(0,m,a):r===3&&(m||a)?(d.push(3,m,a),r=2):r===2&&a==="..."&&m?
d.push(4,m,0):r===2&&a&&!m?d.push(5,0,!0,a):r>=5&&((a||!m&&r===5)&&(d.push(r,0,a,i),r=6),m&&(d.push(r,m,0,i),r=6)),a=""},
c=0;c<n.length;c++){c&&(r===1&&p(),p(c));for(var h=0;h<n[c].length;h++)o=n[c][h],r===1?o==="<"?(p(),d=[d],r=3):a+=o:r===
4?a==="--"&&o===">"?(r=1,a=""):a=o+a[0]:l?o===l?l="":a+=o:o==='"'||o==="'"?l=o:o===">"?(p(),r=1):r&&(o==="="?(r=5,i=a,a=
""):o==="/"&&(r<5||n[c][h+1]===">")?(p(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):o===" "||o==="	"||o===`
`||o==="\r"?(p(),r=2):a+=o),r===3&&a==="!--"&&(r=4,d=d[0])}return p(),d})(e)),t),arguments,[])).length>1?t:t[0]}var u=qo.bind(it);var di={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",check:"m5\
 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9 9h11v11H9zM5 15H4V4h11v1",die:"M5 5\
h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5 5-5M5 20h14",enlarge:"M9 4H4v5M15 2\
0h5v-5M4 4l6 6M20 20l-6-6",grid:"M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",key:"M21 3l-9.3 9.3M16 8l3 3M12.5 1\
5.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",moon:"M20 14A8 8 0 1 1 10 4a6.5 \
6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9\
 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h14M14 4l4 4-4 4M20 16H6M10 1\
2l-4 4 4 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"M4 7h3l10 10h3M4 17h3l\
3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function $({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${di[e]} /></svg>`}var Wo=24,pi={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Go({batch:e}){let{name:t,status:n,lines:o,error:i}=e,r=i??n?.error?.error;return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${n?.status??""}`} role="status">${s(pi[n?.status]??n?.status??"…")}</span></header>
      ${r&&u`<p class="error" role="alert">${r}</p>`}
      ${n&&u`<${hi} status=${n} />`}
      <${_i} batch=${e} />
      ${o&&u`<${$i} batch=${e} />`}
    </article>
  `}function hi({status:e}){let{requests:t,succeeded:n,failed:o,running:i,pending:r,cancelled:a}=e.counts,l=n+o+a,d=[s("\
{n} of {all} pictures",{n,all:t}),o&&s("{n} failed",{n:o}),a&&s("{n} cancelled",{n:a}),i&&s("{n} running",{n:i}),r&&s("{\
n} to come",{n:r})],p=[e.rate>0&&s("{n} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("abou\
t {time} left",{time:Z(e.etaSeconds)}),e.finishedAt&&s("took {time}",{time:Z(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${s("Progress")} max=${t||1} value=${l}></progress>
    <p class="counts">${d.filter(Boolean).join(" · ")}</p>
    <p class="hint">${p.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(c=>u`<p class="notice" key=${c.provider}>${mi(c)}</p>`)}
  `}function mi({provider:e,until:t,reason:n}){let o={provider:ke({provider:e}).provider,time:t?ee(t):"",reason:n};return t?
s("Waits for {provider} until {time}: {reason}",o):s("Waits for {provider}: {reason}",o)}function _i({batch:{id:e,name:t,
status:n,lines:o,error:i}}){let r=!!n?.finishedAt,a=r&&n.counts.succeeded<n.counts.requests;return u`
    <div class="buttons">
      ${n&&!r&&u`<button type="button" onClick=${()=>To(e)}>${s("Cancel the batch")}</button>`}
      ${a&&u`<button type="button" onClick=${()=>Po(e)}><${$} name="again" /> ${s("Run the rest again")}</button>`}
      ${r&&u`<button type="button" onClick=${async()=>kt(await Eo(e),`${t}.results.jsonl`)}><${$} name="download" /> ${s(
"Results as a file")}</button>`}
      ${!r&&o?.length>0&&u`<button type="button" onClick=${()=>kt(vi(o),`${t}.results.jsonl`)}><${$} name="download" /> ${s(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>We(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>No(e)}>${s("Remove from the list")}</button>
    </div>
  `}function vi(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function $i({batch:{lines:e,more:t,status:n}}){let[o,i]=G(Wo),r=e.filter(l=>l.status===
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
          <li key=${l.jobId}><${gi} line=${l} /></li>`)}
      </ul>
      ${r.length>o&&u`<button type="button" class="more" onClick=${()=>i(o+Wo)}>${s("Show more")}</button>`}`}
  `}function gi({line:e}){let{picturesNeedKey:t}=w.value,[n,o]=G(t?null:_e(e.url));return q(()=>{if(!t)return;let i,r=!1;
return an(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),o(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),n?u`<a href=${n} target="_blank" rel="noopener"><img src=${n} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}var xt=_(!1),yi=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Vo({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <h2>${s("New batch")}</h2>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${A.value?u`<${wi} onTokens=${e} />`:u`<${bi} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${H.value.length===0&&u`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${H.value.map(t=>u`<${Go} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function bi(){let e=n=>n[0]&&xo(n[0]),t=n=>{n.preventDefault(),xt.value=!1,e(n.dataTransfer.files)};return u`
    <label class=${xt.value?"drop over":"drop"} onDragOver=${n=>{n.preventDefault(),xt.value=!0}}
      onDragLeave=${()=>{xt.value=!1}} onDrop=${t}>
      <${$} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${n=>e(n.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${yi}</code></pre>
    </details>
  `}function wi({onTokens:e}){let{file:t,preview:n,before:o,error:i}=A.value,r=N.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!n&&!i&&u`<p role="status">${s("Looking at the file…")}</p>`}
      ${i&&u`<p class="error" role="alert">${i}</p>`}
      ${n&&u`<${ki} />`}
      ${n&&!r&&u`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${$} name="key" /> ${s("Enter the key")}</button></div>`}
      ${o&&u`<p class="notice" role="status">${xi(o)}</p>`}
      <${Si} />
    </div>
  `}function ki(){let{preview:{lines:e,invalid:t,counts:n},whole:o}=A.value,i={...n,good:n.lines-n.invalid,bad:n.invalid},
r=o?s("{good} lines ask for {pictures} pictures.",i):s("The first {lines} lines ask for {pictures} pictures; the file is\
 longer.",i);return u`
    <p role="status">${r} ${!n.invalid&&s("No line is wrong.")} ${s("Nothing is spent yet.")}</p>
    ${n.invalid>0&&u`
      <details class="wrong">
        <summary>${n.invalid===1?s("1 line is wrong: see it"):s("{bad} lines are wrong: see them",i)}</summary>
        <${Ko} lines=${t} label=${s("Wrong lines")} />
      </details>`}
    <${Ko} lines=${e} label=${s("First lines")} />
    ${n.lines>e.length&&u`<p class="hint">${s("These are the first {n} lines.",{n:e.length})}</p>`}
  `}function xi({createdAt:e,finishedAt:t,counts:n}){if(!t)return s("This file was started at {time} and still runs.",{time:ee(
e)});let o={time:ee(e),n:n.succeeded,all:n.requests,failed:n.failed+n.cancelled};return s("This file has run before, at \
{time}: {n} of {all} pictures, {failed} without one. What do you want?",o)}function Si(){let{preview:e,whole:t,before:n,
starting:o}=A.value,r=!N.value.access||o,a=e?.counts.pictures,l=a===1?s("Start 1 picture"):t?s("Start {n} pictures",{n:a}):
s("Start the batch"),d=n?.finishedAt&&n.counts.failed+n.counts.cancelled-n.counts.invalid;return u`
    <div class="buttons">
      ${a>0&&!n&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>yt()}>
        ${o?s("Starting…"):l}</button>`}
      ${n&&u`<button type="button" class="primary" onClick=${Mo}>${s("See that batch")}</button>`}
      ${d>0&&u`<button type="button" disabled=${r} onClick=${()=>yt("rest")}>
        ${s("Run the {n} without a picture again",{n:d})}</button>`}
      ${n&&a>0&&u`<button type="button" disabled=${r} onClick=${()=>yt("anew")}>
        ${s("Run all of it anew")}</button>`}
      <button type="button" onClick=${So}>${s("Other file")}</button>
    </div>
  `}function Ko({lines:e,label:t}){return u`
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
  `}var Ci=3,Mi=[.5,1],Oi=2,I=_([]),St=Q(()=>I.value.filter(e=>e.state!=="failed")),Ct=_(""),un=0;function Ee(e,t){I.value=I.
value.map(n=>n.key===e?{...n,...t}:n),cn()}function cn(){B("jobs",I.value)}function W(e){return I.value.find(t=>t.key===
e)}function le(e){I.value=I.value.filter(t=>t.key!==e),cn()}function Jo(){I.value=j("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),I.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>Qo(e.key)),dn()}function Te(e,{group:t,
onRefused:n}={}){fn(e.map(o=>({path:"/api/generate",asked:o,group:t})),n)}function Zo(e,t){let{url:n,details:o}=e,i={provider:"\
huggingface",model:"upscaler",prompt:o.prompt,url:n,scale:t};fn([{path:"/api/upscale",asked:i,group:e.group}])}function fn(e,t){
let n=Date.now(),o=e.map(i=>({...i,key:ht(),state:"waiting",since:n}));o.forEach(i=>Xo.set(i.key,t)),I.value=[...I.value,
...o],cn(),dn()}var Xo=new Map;function dn(){for(;un<Ci;){let e=I.value.find(t=>t.state==="waiting");if(!e)return;un+=1,
Ee(e.key,{state:"sending",since:Date.now()}),Ei(e).finally(()=>{un-=1,dn()})}}async function Ei({key:e,path:t,asked:n}){
let{provider:o}=n,i=t==="/api/upscale"?{url:n.url,scale:n.scale}:n,r={..._o(o),Prefer:"respond-async","Idempotency-Key":e};
try{let a=await Yo(()=>L("POST",t,{body:i,headers:r}));if(!W(e))return;Ee(e,{state:"queued",jobId:a.body.jobId}),Qo(e)}catch(a){
let l=Xo.get(e);a.field&&a.status<500&&l?(le(e),l(a)):pn(e,a)}}async function Yo(e){for(let t=1;;t+=1)try{return await e()}catch(n){
if(!(n instanceof ye&&n.passing)||t===4)throw n;await we(t)}}function pn(e,{message:t,code:n,retryAfter:o}){Ee(e,{state:"\
failed",error:{message:t,code:n,retryAfter:o}}),Ct.value=t}async function Qo(e){let t=Fe();for(let n=0;W(e)?.jobId;n+=1){
let o;try{o=await Yo(()=>L("GET",`/api/jobs/${W(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&W(e)){await we(5);continue}
W(e)&&pn(e,i);return}if(t["If-None-Match"]=o.headers.get("ETag"),!W(e)||o.body&&await Ti(e,o.body))return;await we(Mi[n]??
Oi)}}async function Ti(e,t){if(t.status==="failed")return pn(e,{message:t.error,code:t.code,retryAfter:t.details?.retryAfter}),
!0;if(t.status!=="succeeded"){let l=W(e).begun??(t.status==="running"?Date.now():void 0);return Ee(e,{state:t.status,progress:t.
progress,begun:l}),!1}let{asked:n,group:o}=W(e),{imageDetails:i,format:r,warnings:a}=t;return await Lo({id:t.jobId,asked:n,
group:o,details:i,format:r,warnings:a,url:i.url,createdAt:t.createdAt}),le(e),Ct.value=`${i.model}: ${i.dimensions}, ${i.
duration}`,!0}async function er(e){let{jobId:t,state:n}=W(e);if(n==="waiting"||!t)return le(e);try{let{body:o}=await L("\
DELETE",`/api/jobs/${t}`,{headers:Fe()});if(!W(e))return;o.cancelled?le(e):Ee(e,{tooLate:!0})}catch{W(e)&&Ee(e,{tooLate:!0})}}
function tr(e){let{path:t,asked:n,group:o}=W(e);le(e),fn([{path:t,asked:n,group:o}])}var Pi=500,Pe=_(null),Mt=0;async function Ai(){Mt+=1;let e=Mt,t=await be("/api/key",R()).then(n=>({facts:n}),n=>({error:n.
message}));e===Mt&&(Pe.value=t)}function nr(){let e;z(()=>{let{access:t}=N.value,n=t!==e;if(e=t,St.value.length,Mt+=1,n&&
(Pe.value=null),!t)return;let o=setTimeout(Ai,Pi);return()=>clearTimeout(o)})}var Ni=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function or(){if(!Pe.value)return null;let{facts:e,error:t}=Pe.
value;return t?u`<p class="error" role="alert">${t}</p>`:u`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:ee(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${Ni().map(([n,o])=>u`<${Di} key=${n} label=${o} ...${e.use[n]} />`)}
      </dl>
    </section>
  `}function Di({label:e,used:t,limit:n,resetsAt:o}){let i=n?s("{n} of {all}",{n:t,all:n}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${n>0&&t>=n&&o?`, ${s("again from {time}",{time:ee(o)})}`:""}
      ${n>0&&u`<progress aria-label=${e} max=${n} value=${Math.min(t,n)}></progress>`}
    </dd>
  `}function rr(){let e=Pe.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:n,resetsAt:o}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n,time:ee(o)})}</p>`}function V({id:e,label:t,hint:n,error:o,children:i,beside:r}){return u`
    <div class=${`field ${o?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${n&&u`<p class="hint" id=${`${e}-hint`}>${n}</p>`}
      ${o&&u`<p class="error" id=${`${e}-error`} role="alert">${o}</p>`}
    </div>
  `}function ue(e,t,n){return{"aria-describedby":[t&&`${e}-error`,n&&`${e}-hint`].filter(Boolean).join(" ")||void 0,"ari\
a-invalid":t?"true":void 0}}function hn({name:e,label:t,options:n,value:o,onChoose:i}){return u`
    <fieldset class=${n.some(r=>r.shape)?"choice shapes":"choice"}>
      <legend class="hidden">${t}</legend>
      ${n.map(r=>u`
          <label key=${r.id} class=${r.id===o?"chosen":""}>
            <input type="radio" name=${e} value=${r.id} checked=${r.id===o} onChange=${()=>i(r.id)} />
            ${r.shape&&u`<${ji} ...${r.shape} />`}
            <span>${r.name}</span>
          </label>
        `)}
    </fieldset>
  `}function ji({width:e,height:t}){let n=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*n}rem`,height:`${t*
n}rem`}}></span>`}function te({title:e,className:t="",onClose:n,children:o}){let i=Jt(null);return q(()=>{let a=document.
activeElement;return i.current.showModal(),()=>a?.focus?.()},[]),u`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${n} onClick=${a=>a.target===i.current&&n()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${s("Close")} onClick=${n}><${$} name="close" /></button>
        </header>
        ${o}
      </div>
    </dialog>
  `}function ir({title:e,text:t,yes:n,onYes:o,onClose:i}){return u`
    <${te} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),o()}}>${n}</button>
      </div>
    <//>
  `}function Ve({text:e,label:t}){let[n,o]=G(!1);return u`
    <button type="button" class="quiet" onClick=${async()=>{await navigator.clipboard.writeText(e),o(!0),setTimeout(()=>o(
!1),2e3)}}>
      <${$} name=${n?"check":"copy"} /> <span aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function ar({id:e,label:t,tabs:n,value:o,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let d=n.findIndex(c=>c.id===o),p=n[(d+l+n.length)%n.length];i(p.id),document.getElementById(`${e}-${p.id}`).focus()}}>
      ${n.map(a=>u`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===o)} tabindex=${a.id===o?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var Li=["provider","model","prompt","negativePrompt","width","height","size","steps","guidanceScale","seed","responseFor\
mat"];function Je(){return Object.entries(w.value.fields??{}).filter(([t])=>!Li.includes(t)).map(([t,{anyOf:n=[],...o}])=>({
name:t,...n.find(({type:i})=>i!=="null"),...o}))}function Ot({type:e}){return e==="integer"||e==="number"}function sr({name:e}){
let t=e.replace(/[A-Z]/g,n=>` ${n.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var Ri=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function lr(e){return e.sizes.only??Ri.map(t=>({...t,...ur(t,e.sizes)}))}function mn(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function _n(e,t){let{only:n}=t.sizes;if(!n)return ur(e,t.sizes);if(n.some(
a=>mn(e,a)))return{width:e.width,height:e.height};let o=e.width/e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/o)),
r=n.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}function ur({width:e,height:t},{min:n,max:o,step:i=1}){
let r=Math.max(e,t),a=r>o?o/r:1,l=d=>{let p=Math.floor((o-n)/i),c=Math.round((d*a-n)/i);return Number(d)>0?n+Math.min(Math.
max(c,0),p)*i:d};return{width:l(e),height:l(t)}}var cr=2147483647,fr=8,dr={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1},E=_(dr),U=_({});function pr(){
let e={...dr,...j("form",{})},t=K(e.provider,e.model);E.value=e,t||Ze(w.value.models[0])}function D(e){E.value={...E.value,
...e},vn(Object.keys(e)),B("form",E.value)}function vn(e){U.value=Object.fromEntries(Object.entries(U.value).filter(([t])=>!e.
includes(t)))}function hr(e){let{family:t}=K(E.value.provider,E.value.model),n=_t(e);Ze(n.find(o=>o.family===t)??n[0])}function Ze(e){
D({provider:e.provider,model:e.id,steps:e.features.steps.default,guidanceScale:e.features.guidanceScale?.default??"",..._n(
E.value,e)})}function mr(e){let t=K(e.provider,e.model);t&&Ze(t);let{prompt:n,negativePrompt:o="",width:i,height:r,seed:a,
steps:l,guidanceScale:d}=e,p=Object.fromEntries(Je().map(({name:h})=>[h,e[h]??""])),c={prompt:n,negativePrompt:o,width:i,
height:r,seed:a??"",...p};D(t?{...c,steps:l,...d===void 0?{}:{guidanceScale:d}}:c)}function Et(e){let t=K(e.provider,e.model),
{guidanceScale:n,negativePrompt:o}=t.features,i={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:o?e.negativePrompt:
"",width:Ae(e.width),height:Ae(e.height),steps:Ae(e.steps),guidanceScale:n?Ae(e.guidanceScale):"",seed:Ae(e.seed)};for(let r of Je()){
let a=e[r.name]??"";i[r.name]=Ot(r)?Ae(a):a}return Object.fromEntries(Object.entries(i).filter(([r,a])=>r==="prompt"||a!==
""))}function Ae(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:Number(t)}function _r(e){
let t=Et(e);return Array.from({length:Number(e.count)||1},(n,o)=>Number.isInteger(t.seed)&&o?{...t,seed:Math.min(cr,t.seed+
o)}:t)}function vr(e,t,n){let{steps:o,guidanceScale:i}=e.features,r={provider:e.provider,model:e.id,steps:o.default,guidanceScale:i?.
default??""};return Et({...t,...r,..._n(t,e),seed:n})}function Xe(){return crypto.getRandomValues(new Uint32Array(1))[0]%
(cr+1)}function gr({onClose:e}){return u`
    <${te} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${w.value.providers.map(t=>u`<${$r} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${t.requiresAuth?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Option\
al: without one there is less to use")} />`)}
        <${$r} name="access" header="Authorization" label=${s("Easel key")}
          hint=${Se()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${or} />
        <label class="check">
          <input type="checkbox" checked=${xe.value} onChange=${t=>ho(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${mo}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function $r({name:e,header:t,label:n,hint:o,beside:i}){let r=`token-${e}`,a=l=>{po(e,l.target.value),vn([t])};return u`
    <${V} id=${r} label=${n} hint=${o} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${N.value[e]??""} onInput=${a} />
    <//>
  `}var yr=[{id:"curl",name:"curl",write:Ii},{id:"python",name:"Python · httpx",write:Ui},{id:"openai",name:"Python · OpenA\
I SDK",write:zi,feature:"openai"},{id:"javascript",name:"JavaScript",write:Bi}];function $n(e){return vt(e)?"your-easel-\
key":`your-${e}-token`}function gn({provider:e}){if(vt(e))return{Authorization:`Bearer ${$n(e)}`};let t=J(e);return t?.requiresAuth?
{[t.authHeader]:$n(e)}:{}}function Ii(e,t){let n=r=>`'${r.replaceAll("'","'\\''")}'`,o={...gn(e),"Content-Type":"applica\
tion/json"};return[`curl -L ${n(`${t}/api/generate`)}`,...Object.entries(o).map(([r,a])=>`-H ${n(`${r}: ${a}`)}`),`-d ${n(
JSON.stringify(e))}`].join(` \\
  `)}function Tt(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let n=Object.entries(e).map(([o,i])=>`${t}\
    ${JSON.stringify(o)}: ${Tt(i,`${t}    `)},
`);return n.length?`{
${n.join("")}${t}}`:"{}"}function Ui(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${Tt(gn(e),"    ")},
    json=${Tt(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function zi(e,t){let{provider:n,model:o,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify($n(n))})
answer = client.images.generate(
    model=${JSON.stringify(`${n}/${o}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${Tt(l,"    ")},
)
print(answer.data[0].url)
`}function Bi(e,t){let n=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),o={...gn(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${n(o)},
  body: JSON.stringify(${n(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function Pt({id:e,request:t}){let n=yr.filter(({feature:a})=>!a||mt(a)),[o,i]=G(n[0].id),r=n.find(a=>a.id===o).write(t,location.
origin);return u`
    <div class="code">
      <div class="code-head">
        <${ar} id=${e} label=${s("Programming language")} tabs=${n} value=${o} onChoose=${i} />
        <${Ve} text=${r} label=${s("Copy")} />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${o}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var ne=_(null),Ne=_(null),br=e=>!ne.value||e.group===ne.value,wr=Q(()=>I.value.filter(br).reverse()),At=Q(()=>se.value.filter(
br));function kr({values:e,onRefused:t,onClose:n}){let o=c=>`${c.provider} ${c.id}`,i=w.value.models.filter(c=>Ce(c.provider)),
[r,a]=G(()=>new Set(i.map(o))),l=c=>a(h=>{let m=new Set(h);return m.delete(o(c))||m.add(o(c)),m}),d=()=>{let c=e.seed===
""?Xe():e.seed,h=i.filter(f=>r.has(o(f))),m=ht();Te(h.map(f=>vr(f,e,c)),{group:m,onRefused:t}),ne.value=m,n()},p=e.prompt.
trim();return u`
    <${te} title=${s("Same prompt on several models")} onClose=${n}>
      <p class="quote">${p||s("Write a prompt first.")}</p>
      <p class="hint">${s("Same size and seed for all; steps and guidance are each model's own. Each picture counts at i\
ts provider.")}</p>
      <div class="models">
        ${w.value.providers.map(c=>u`
          <fieldset key=${c.id}>
            <legend>${c.name}</legend>
            ${Ce(c.id)?"":u`<p class="hint">${s("{provider} needs a token of yours.",{provider:J(c.id).name})}</p>`}
            ${w.value.models.filter(h=>h.provider===c.id).map(h=>u`
              <label key=${h.id} class="check">
                <input type="checkbox" disabled=${!Ce(c.id)} checked=${r.has(o(h))} onChange=${()=>l(h)} />
                <span>${h.name}</span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${n}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!p} onClick=${d}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}var yn=_(!1),bn=_(!1);function xr(e){U.value={...U.value,[e.field]:e.message}}function Cr({onTokens:e}){let t=E.value,n=K(
t.provider,t.model),o=U.value;q(()=>{document.querySelector(".request [aria-invalid]")?.focus()},[o]);let i=a=>{a?.preventDefault(),
Te(_r(t),{onRefused:xr}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(".gallery").scrollIntoView()};
return u`
    <form class="request" onSubmit=${i} onKeyDown=${a=>{a.key==="Enter"&&(a.ctrlKey||a.metaKey)&&i(a)}} noValidate aria-label=${s(
"Picture")}>
      <${Hi} model=${n} />
      <${Fi} model=${n} />
      <${qi} model=${n} />
      <div class="knobs">
        <${Sr} name="steps" label=${s("Steps")} limits=${n.features.steps} step="1" />
        ${n.features.guidanceScale&&u`<${Sr} name="guidanceScale" label=${s("Guidance")} limits=${n.features.guidanceScale} step="0.1" />`}
        <${Wi} />
        <${Gi} />
        ${Je().map(a=>u`<${Ki} key=${a.name} field=${a} />`)}
      </div>
      <${Vi} onTokens=${e} />
      <${rr} />
      <div class="go">
        <button type="submit" class="primary large">${s("Generate")}<kbd aria-hidden="true">Ctrl ↵</kbd></button>
        <div class="buttons">
          <button type="button" onClick=${()=>{yn.value=!0}}><${$} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{bn.value=!0}}><${$} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${bn.value&&u`
        <${te} title=${s("Code of this call")} onClose=${()=>{bn.value=!1}}><${Pt} id="form-code" request=${Et(t)} /><//>`}
      ${yn.value&&u`<${kr} values=${t} onRefused=${xr} onClose=${()=>{yn.value=!1}} />`}
    </form>
  `}function Hi({model:e}){let{prompt:t,negativePrompt:n}=E.value,o=U.value;return u`
    <${V} id="prompt" label=${s("Prompt")} error=${o.prompt} beside=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows="4" value=${t} placeholder=${s("What should be in the picture?")} ...${ue("prompt",o.prompt)}
        onInput=${i=>D({prompt:i.target.value})}></textarea>
    <//>
    ${e.features.negativePrompt&&u`
      <${V} id="negativePrompt" label=${s("Not in the picture")} error=${o.negativePrompt}>
        <textarea id="negativePrompt" rows="2" value=${n} placeholder=${s("low quality, blurry")} ...${ue("negativePromp\
t",o.negativePrompt)}
          onInput=${i=>D({negativePrompt:i.target.value})}></textarea>
      <//>
    `}
  `}function Fi({model:e}){let t=U.value,n=co(e).map(r=>ke({provider:r.provider}).provider),i=[s("usually {time}",{time:Z(
e.typicalSeconds)}),s("family {family}",{family:e.family}),n.length?s("also at {providers}",{providers:n.join(", ")}):"",
e.features.negativePrompt?"":s("no negative prompt"),e.features.guidanceScale?"":s("no guidance")].filter(Boolean).join(
" · ");return u`
    <${hn} name="provider" label=${s("Provider")} options=${w.value.providers} value=${e.provider} onChoose=${hr} />
    <${V} id="model" label=${s("Model")} error=${t.model??t.provider} hint=${i}>
      <select id="model" value=${e.id} ...${ue("model",t.model,i)}
        onChange=${r=>Ze(K(e.provider,r.target.value))}>
        ${_t(e.provider).map(r=>u`<option key=${r.id} value=${r.id} selected=${r.id===e.id}>${r.name}</option>`)}
      </select>
    <//>
  `}function qi({model:e}){let{width:t,height:n}=E.value,o=lr(e).map(h=>({...h,id:h.name,shape:h})),i=o.find(h=>mn(E.value,
h)),r=h=>{let m=o.find(f=>f.id===h);D({width:m.width,height:m.height})},a=U.value,l=a.width??a.height,d=e.sizes.step?s("\
{min} to {max} pixels a side, in steps of {step}",e.sizes):s("{min} to {max} pixels a side",e.sizes),p=e.sizes.only?s("T\
his model makes these sizes only"):d,c=(h,m)=>u`
    <input id=${h} aria-label=${m} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${E.value[h]} readOnly=${!!e.sizes.only} ...${ue("width",a[h],p)}
      onInput=${f=>D({[h]:f.target.value})} />`;return u`
    <${V} id="width" label=${s("Size")} error=${l} hint=${p}>
      <${hn} name="ratio" label=${s("Aspect ratio")} options=${o} value=${i?.id} onChoose=${r} />
      <div class="sides">
        ${c("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} onClick=${()=>D({width:n,height:t})}><${$} name="swap" /></button>
        ${c("height",s("Height"))}
      </div>
    <//>
  `}function Sr({name:e,label:t,limits:n,step:o}){let i=E.value[e],r=U.value[e],a=l=>D({[e]:l.target.value});return u`
    <${V} id=${e} label=${t} error=${r} beside=${u`<span class="hint">${n.min} – ${n.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} />
        <input id=${e} type="number" inputmode="decimal" min=${n.min} max=${n.max} step=${o} value=${i} onInput=${a} ...${ue(
e,r)} />
      </div>
    <//>
  `}function Wi(){let{seed:e}=E.value,t=U.value.seed,n=e!=="";return u`
    <${V} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${ue("seed",t)}
          onInput=${o=>D({seed:o.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>D(
{seed:Xe()})}><${$} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(n)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>D({seed:n?"":Xe()})}><${$} name=${n?"locked":"open"} /></button>
      </div>
    <//>
  `}function Gi(){return u`
    <${V} id="count" label=${s("Pictures")}>
      <select id="count" value=${E.value.count} onChange=${e=>D({count:Number(e.target.value)})}>
        ${Array.from({length:fr},(e,t)=>u`<option key=${t} value=${t+1} selected=${E.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function Ki({field:e}){let{name:t,description:n}=e,o=E.value[t]??"",i=U.value[t],r={id:t,...ue(t,i,n)},a=p=>D({[t]:p.
target.value}),l=String(e.default??""),d=o===""?e.default===!0:o;return u`
    <${V} id=${t} label=${sr(e)} error=${i} hint=${n}>
      ${e.enum?u`
        <select ...${r} value=${o} onChange=${a}>
          <option value="">${l}</option>
          ${e.enum.filter(p=>p!==l).map(p=>u`<option key=${p} value=${p} selected=${p===o}>${p}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${d} onChange=${p=>D({[t]:p.target.checked})} />`:u`
        <input ...${r} type=${Ot(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${o} onInput=${a} />`}
    <//>
  `}function Vi({onTokens:e}){let t=J(E.value.provider),n=N.value&&(U.value[t.authHeader]??U.value.Authorization);if(Ce(
t.id)&&!n)return null;let o=Se()?s("This Easel needs a key of yours."):s("{provider} needs a token of yours.",{provider:t.
name});return u`
    <div class="notice" role=${n?"alert":void 0}>
      <p>${n??o}</p>
      <button type="button" onClick=${e}><${$} name="key" /> ${s("Enter a token")}</button>
    </div>
  `}var Or=_(Date.now()),Mr;z(()=>{clearInterval(Mr),St.value.length&&(Mr=setInterval(()=>{Or.value=Date.now()},500))});function Er({
job:e}){let t=ke(e.asked),n=e.asked.scale?s("Upscaling"):t.model,o=Math.min(2,Math.max(1,e.asked.width/e.asked.height||1));
return u`
    <article class=${`job ${e.state}`} style=${{aspectRatio:o}} aria-label=${`${n}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${n}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${Ji} job=${e} />`:u`<${Zi} job=${e} />`}
      </div>
    </article>
  `}function Ji({job:e}){let{message:t,code:n,retryAfter:o}=e.error;return u`
    <p class="error">${t}</p>
    ${o>0&&u`<p class="hint">${s("Try again in {time}",{time:Z(o)})}</p>`}
    <div class="buttons">
      <button type="button" onClick=${()=>tr(e.key)}><${$} name="again" /> ${s("Try again")}</button>
      <button type="button" class="quiet" onClick=${()=>le(e.key)}>${s("Dismiss")}</button>
      <code>${n}</code>
    </div>
  `}function Zi({job:e}){let{text:t,share:n}=Xi(e,Or.value);return u`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${n===null?{}:{value:n,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>le(e.key)}>${s("Do not wait for it")}</button>`:u`<button type="button" class="quiet" onClick=${()=>er(
e.key)}>${s("Cancel")}</button>`}
  `}function Xi(e,t){let{queuePosition:n,etaSeconds:o,percent:i}=e.progress??{},r=o===void 0?"":s("about {time} left",{time:Z(
o)});if(i!==void 0)return{text:wn(`${i} %`,r),share:i/100};if(n!==void 0)return{text:wn(s("in the provider's queue: {n}",
{n}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=K(e.asked.provider,e.asked.model)?.typicalSeconds??
20,d=s("{time}, usually {usual}",{time:Z(a),usual:Z(l)});return{text:wn(d,r),share:Math.min(.95,a/l)}}function wn(...e){
return e.filter(Boolean).join(" · ")}var kn=_(!1),Tr=60,xn=_(Tr);function Pr(){let e=At.value,t=wr.value,n=ne.value,o=()=>bt(e.map(i=>i.id));return u`
    <section class="gallery" aria-label=${s("Pictures")}>
      <div class="gallery-head">
        <h2>${n?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${n&&u`<button type="button" onClick=${()=>{ne.value=null}}><${$} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>Bo(e)}><${$} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{kn.value=!0}}><${$} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${Ke.value&&u`<p class="notice">${s(Ke.value)}</p>`}
      ${!e.length&&!t.length&&u`<${Qi} />`}
      <ul class=${n?"grid comparing":"grid"}>
        ${t.map(i=>u`<li key=${i.key}><${Er} job=${i} /></li>`)}
        ${e.slice(0,xn.value).map(i=>u`<li key=${i.id}><${Yi} picture=${i} /></li>`)}
      </ul>
      ${e.length>xn.value&&u`
        <button type="button" class="more" onClick=${()=>{xn.value+=Tr}}>${s("Show more")}</button>`}
      ${kn.value&&u`
        <${ir} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${o} onClose=${()=>{kn.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function Yi({picture:e}){let{details:t,asked:n}=e,[o,i]=t.dimensions.split(" x ").map(parseFloat);return u`
    <button type="button" class="tile" onClick=${()=>{Ne.value=e.id}}>
      <img src=${Oe(e)} alt=${n.prompt??""} width=${o} height=${i} loading="lazy" decoding="async" />
      <span class="caption"><b>${t.model}</b> <span>${t.provider} · ${t.duration}</span></span>
    </button>
  `}function Qi(){return u`
    <div class="empty">
      <svg viewBox="0 0 120 96" aria-hidden="true"><path d="M60 6v12M42 66 30 92M78 66l12 26M60 66v20" /><rect x="22" y="18" width="76" height="48" rx="4" /><path d="m32 56 18-20 14 14 9-9 15 15" /><circle cx="76" cy="32" r="4" /></svg>
      <p>${s("Nothing here yet. Describe a picture, and it appears here.")}</p>
    </div>
  `}function Ar(){let e=At.value,t=e.findIndex(o=>o.id===Ne.value);if(t<0)return null;let n=o=>{e[o]&&(Ne.value=e[o].id)};return u`<${ea} key="viewer" picture=${e[t]} onStep=${o=>n(
t+o)} first=${t===0} last=${t===e.length-1} />`}function ea({picture:e,onStep:t,first:n,last:o}){let[i,r]=G(!1);q(()=>r(
!1),[e.id]),q(()=>{let p=c=>{c.target.closest("input, textarea, select, [role=tablist], pre")||(c.key==="ArrowRight"&&t(
1),c.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",p),()=>document.removeEventListener("keydown",
p)});let a=()=>{Ne.value=null},{asked:l,details:d}=e;return u`
    <${te} title=${`${d.model}, ${d.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${Oe(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${$} name="back" /></button>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${$} name="arrow" /></button>
          </nav>
          <${ta} picture=${e} close=${a} />
          <${na} picture=${e} />
          ${l.scale?null:u`<h3>${s("Code")}</h3><${Pt} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function ta({picture:e,close:t}){let{asked:n,details:o}=e,i={...n,seed:o.seed},{seed:r,...a}=n,l=d=>()=>{t(),d()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>zo(e)}><${$} name="download" /> ${s("Download")}</button>
      ${n.scale?null:u`
        <button type="button" onClick=${l(()=>mr(i))}><${$} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>Te([a]))}><${$} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(d=>u`
        <button key=${d} type="button" onClick=${l(()=>Zo(e,d))}><${$} name="enlarge" /> ${s("Upscale {scale}×",{scale:d})}</button>`)}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{ne.value=e.group})}><${$} name="grid" /> ${s("Show the comparison")}</button>`}
      <${Ve} text=${new URL(_e(e.url),location.href).href} label=${s("Copy link")} />
      <${Ve} text=${JSON.stringify(ln(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>bt([e.id]))}><${$} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function na({picture:e}){let{asked:t,details:n,format:o,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
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
  `}var Nt=_(location.hash==="#batches"?"batches":"pictures"),Sn=_(!1),Nr=_(!1);window.addEventListener("hashchange",()=>{Nt.
value=location.hash==="#batches"?"batches":"pictures"});function oa(){if(q(()=>{document.title=Nt.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),He.value)return u`<${ia} />`;if(!Nr.value)return u`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{Sn.value=!0};return u`
    <${ra} onTokens=${e} />
    <main>
      ${Nt.value==="batches"?u`<${Vo} onTokens=${e} />`:u`<div class="pictures"><${Cr} onTokens=${e} /><${Pr} /></div>`}
    </main>
    <p class="hidden" role="status">${Ct.value}</p>
    <${Ar} />
    ${Sn.value&&u`<${gr} onClose=${()=>{Sn.value=!1}} />`}
  `}function ra({onTokens:e}){let t=(o,i,r)=>u`<a href=${i} aria-current=${Nt.value===o?"page":void 0}>${r}</a>`,n=Me.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${mt("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${$} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${n.lang} onClick=${()=>yo(n.id)}>${n.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(ae.value)} aria-label=${s("Dark")} onClick=${lo}><${$} name=${ae.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function ia(){return u`
    <main class="empty" role="alert">
      <p>${s("Easel does not answer: {reason}",{reason:He.value})}</p>
      <button type="button" class="primary" onClick=${Dr}>${s("Try again")}</button>
    </main>
  `}async function Dr(){await Promise.all([uo(),jo()]),w.value&&(pr(),Nr.value=!0,Jo(),ko(),nr())}Un(u`<${oa} />`,document.
getElementById("app"));Dr();
